//! The console's static files, from a folder or from the program itself: GET and HEAD only.
//!
//! The files are served here and not by a library. `tower-http` serves folders only, and makes its tags from
//! modification times, where the same page has to have the same tag on every server. `memory-serve` serves,
//! in a release, embedded files only, and compresses them itself. Neither computes the policy of each page from what it serves, nor leaves out a
//! compressed form that is older than its file, or a link that leads out of the folder; all of that would remain here,
//! around the library.

mod answer;
mod entity;
mod files;
mod folder;

use std::{io, path::PathBuf, sync::Arc};

use axum::Router;

pub use countermand_page::{InvalidOrigin, Origin};
pub use files::Files;

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
    pub(crate) async fn open(config: ConsoleConfig) -> Result<Self, ConsoleError> {
        let folder = match &config.files {
            Files::Folder(folder) => folder.clone(),
            Files::Embedded(_) => PathBuf::new(),
        };
        let files = config
            .files
            .opened()
            .await
            .map_err(|error| ConsoleError(folder, error))?;
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
#[derive(Debug, thiserror::Error)]
#[error("there is no console in {}", .0.display())]
pub struct ConsoleError(PathBuf, #[source] io::Error);
