//! The console's static files, from a folder or from the program itself: GET and HEAD only.

mod answer;
mod entity;
mod files;
mod folder;
mod headers;

use std::{error::Error, fmt, io, path::PathBuf, sync::Arc};

use axum::Router;

pub use countermand_page::{InvalidOrigin, Origin};
pub use files::Files;

pub(crate) use answer::{html, plain};
pub(crate) use headers::protect;

use answer::Site;

/// What a console is served with.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// What was built, with `index.html` in it.
    pub files: Files,
    /// The hosts that the page may talk to, beside its own.
    pub connect: Vec<Origin>,
}

/// A console that can be served.
#[derive(Debug)]
pub(crate) struct Console(Arc<Site>);

impl Console {
    /// Looks whether there is one.
    pub(crate) async fn open(config: ConsoleConfig) -> Result<Self, NoConsole> {
        let folder = match &config.files {
            Files::Folder(folder) => folder.clone(),
            Files::Embedded(_) => PathBuf::new(),
        };
        let files = config
            .files
            .opened()
            .await
            .map_err(|error| NoConsole(folder, error))?;
        Ok(Self(Arc::new(Site {
            files,
            connect: config.connect,
        })))
    }

    /// Answers every path with the file that it means.
    pub(crate) fn router(self) -> Router {
        Router::new().fallback(answer::answer).with_state(self.0)
    }
}

/// There is no `index.html` that can be read in the folder.
#[derive(Debug)]
pub struct NoConsole(PathBuf, io::Error);

impl fmt::Display for NoConsole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no console in {}", self.0.display())
    }
}

impl Error for NoConsole {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.1)
    }
}
