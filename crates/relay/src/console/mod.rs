//! The console's static files on a loopback address, from a folder or from the program itself.
//!
//! Serves one set of files, GET and HEAD only, and beside it `/connections.json`. A request whose `Host` is
//! not this machine is refused, so that no other site can rebind its name to this server.

mod answer;
mod entity;
mod files;
mod folder;
mod headers;
mod host;

use std::{error::Error, fmt, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use bytes::Bytes;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

pub use countermand_page::{InvalidOrigin, Origin};
pub use files::Files;

use answer::Site;

/// How long answers under way are waited for when the server stops.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a console is served with.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// The address to listen on, a loopback one; port 0 picks a free port.
    pub listen: SocketAddr,
    /// What was built, with `index.html` in it.
    pub files: Files,
    /// The hosts that the page may talk to, beside its own.
    pub connect: Vec<Origin>,
    /// The JSON behind `/connections.json`. Whatever is in it, every page of this origin can read.
    pub connections: String,
}

/// A console that is being served.
#[derive(Debug)]
pub struct Console {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl Console {
    /// Starts to serve.
    ///
    /// # Errors
    /// When the address is not a loopback one or cannot be listened on, or the folder has no
    /// `index.html`.
    pub async fn start(config: ConsoleConfig) -> Result<Self, StartError> {
        if !config.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(config.listen));
        }
        let folder = match &config.files {
            Files::Folder(folder) => folder.clone(),
            Files::Embedded(_) => PathBuf::new(),
        };
        let files = config
            .files
            .opened()
            .await
            .map_err(|error| StartError::NoIndex(folder, error))?;
        let no_listener = |error| StartError::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(no_listener)?;
        let addr = listener.local_addr().map_err(no_listener)?;
        let site = Site {
            files,
            connect: config.connect,
            connections: Bytes::from(config.connections),
            listen: addr.ip(),
        };
        let router = Router::new()
            .fallback(answer::answer)
            .with_state(Arc::new(site));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            // A sender that is gone stops the server, too.
            let _ = stopped.await;
        });
        Ok(Self {
            addr,
            stop,
            server: tokio::spawn(server.into_future()),
        })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops: nothing new is taken, and answers under way are waited for a moment.
    pub async fn stop(mut self) {
        // The server may have ended by itself: then nobody listens.
        let _ = self.stop.send(());
        if tokio::time::timeout(PATIENCE, &mut self.server)
            .await
            .is_err()
        {
            self.server.abort();
        }
    }
}

/// Why a console is not served.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Others could reach that address, and nothing here asks who they are.
    NotLoopback(SocketAddr),
    /// The folder has no `index.html` that can be read.
    NoIndex(PathBuf, io::Error),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(addr) => write!(
                f,
                "{addr} is not a loopback address: others could reach it, and there is no authentication"
            ),
            Self::NoIndex(folder, _) => {
                write!(f, "there is no console in {}", folder.display())
            }
            Self::Listen(addr, _) => write!(f, "cannot listen on {addr}"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotLoopback(_) => None,
            Self::NoIndex(_, error) | Self::Listen(_, error) => Some(error),
        }
    }
}
