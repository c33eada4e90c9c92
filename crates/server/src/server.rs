//! The server: the console and the relay on one origin, over connections that cannot be held up.

mod fragment;
mod guard;
mod host;
mod observe;
mod stuck;
mod taken;
mod tls;

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use countermand_page::Origin;
use serde_json::Value;
use tokio::task::JoinHandle;

pub use tls::{TlsError, TlsFiles};

pub(crate) use guard::{Guard, OwnOrigin};

use fragment::RefuseFragments;
use stuck::CutStuck;
use tls::Tls;

use crate::{
    access::{AccessConfig, ReloadError},
    console::{Console, ConsoleConfig, NoConsole},
    metrics::Metrics,
    relay::{Relay, RelayConfig, StartError as RelayError},
};

/// How long the head of a request may take to come, and how long a connection waits for the next one.
const LONGEST_HEAD: Duration = Duration::from_secs(15);

/// How long a TLS handshake may take.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);

/// How long answers under way are waited for when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is served, and where.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServerConfig {
    /// What it listens on.
    pub listener: TcpListener,
    /// Certificate and key, where it speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// What browsers call it, where that is not this machine.
    pub public: Option<Origin>,
    /// The page.
    pub console: ConsoleConfig,
    /// Connections whose keys every page of this origin may read: of simulators only.
    pub demo: Vec<Value>,
    /// The relay, where there is one.
    pub relay: Option<RelayConfig>,
}

impl ServerConfig {
    /// The console alone.
    pub fn new(listener: TcpListener, console: ConsoleConfig) -> Self {
        Self {
            listener,
            tls: None,
            public: None,
            console,
            demo: Vec::new(),
            relay: None,
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    origin: String,
    handle: Handle<SocketAddr>,
    server: JoinHandle<io::Result<()>>,
    tls: Option<Tls>,
    relay: Option<Relay>,
}

impl Server {
    /// Starts to serve.
    ///
    /// # Errors
    /// When others could reach it and nothing asks who they are, or something that it needs is not there.
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let addr = config.listener.local_addr().map_err(StartError::Listen)?;
        check_reach(addr, &config)?;
        let tls = match config.tls {
            Some(files) => Some(Tls::load(files).map_err(StartError::Tls)?),
            None => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = match &config.public {
            Some(public) => public.to_string(),
            None => {
                let origin = format!("{scheme}://{addr}").parse::<Origin>();
                origin.map_or_else(
                    |_| format!("{scheme}://{addr}"),
                    |origin| origin.to_string(),
                )
            }
        };
        let guard = Guard::new(config.public, addr.ip(), tls.is_some());
        let console = Console::open(config.console)
            .await
            .map_err(StartError::Console)?;
        let metrics = Arc::new(Metrics::new());
        let relay = match config.relay {
            Some(config) => {
                let relay = Relay::start(config, &origin, addr.port(), Arc::clone(&metrics));
                Some(relay.await.map_err(StartError::Relay)?)
            }
            None => None,
        };
        let router = router(guard, console, config.demo, relay.clone(), metrics);
        let handle = Handle::new();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        config
            .listener
            .set_nonblocking(true)
            .map_err(StartError::Listen)?;
        let server = match &tls {
            Some(tls) => {
                let acceptor = RefuseFragments(tls.acceptor(LONGEST_HANDSHAKE));
                let listening = axum_server::from_tcp(config.listener);
                let mut server = listening.map_err(StartError::Listen)?.acceptor(acceptor);
                limit(server.http_builder());
                let server = server
                    .first_request_timeout(LONGEST_HEAD)
                    .handle(handle.clone());
                tokio::spawn(server.serve(service))
            }
            None => {
                let listening = axum_server::from_tcp(config.listener);
                let listening = listening.map_err(StartError::Listen)?;
                let mut server = listening.acceptor(RefuseFragments(CutStuck::default()));
                limit(server.http_builder());
                let server = server
                    .first_request_timeout(LONGEST_HEAD)
                    .handle(handle.clone());
                tokio::spawn(server.serve(service))
            }
        };
        Ok(Self {
            addr,
            origin,
            handle,
            server,
            tls,
            relay,
        })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What browsers call it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The relay, where there is one.
    pub fn relay(&self) -> Option<&Relay> {
        self.relay.as_ref()
    }

    /// Reads certificate and key again. New connections get them; where they cannot be read, the old ones stay.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        match &self.tls {
            Some(tls) => tls.reload(),
            None => Ok(()),
        }
    }

    /// From now on, this is who may what ([`Relay::reload`]). True where there is no relay, and nothing to change.
    ///
    /// # Errors
    /// When it cannot be: then all stays as it was.
    pub fn reload_access(&self, config: AccessConfig) -> Result<bool, ReloadError> {
        match &self.relay {
            Some(relay) => relay.reload(config),
            None => Ok(true),
        }
    }

    /// Stops: nothing new is taken, cancels under way are waited for until their answers are written down and on
    /// their way to whoever asked, other answers for a moment, and the audit is sealed.
    pub async fn stop(mut self) {
        // Without a limit of its own: a cancel may take longer than anything else.
        self.handle.graceful_shutdown(None);
        if let Some(relay) = &self.relay {
            relay.cancels_finished().await;
        }
        if tokio::time::timeout(PATIENCE, &mut self.server)
            .await
            .is_err()
        {
            self.handle.shutdown();
            self.server.abort();
        }
        if let Some(relay) = self.relay.take() {
            relay.stop().await;
        }
    }
}

fn limit(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    // A client that sends one byte a second is not waited for.
    builder.http1().header_read_timeout(LONGEST_HEAD);
    builder
        .http2()
        .max_concurrent_streams(128)
        .keep_alive_interval(LONGEST_HEAD)
        .keep_alive_timeout(LONGEST_HEAD);
}

/// Others may only come where somebody asks them who they are, and where nobody on the way can listen.
fn check_reach(addr: SocketAddr, config: &ServerConfig) -> Result<(), StartError> {
    if addr.ip().is_loopback() {
        return Ok(());
    }
    let asks = config
        .relay
        .as_ref()
        .is_some_and(|relay| relay.sign_in.is_for_a_team());
    if !asks || !config.demo.is_empty() {
        return Err(StartError::NotLoopback(addr));
    }
    let public = config.public.as_ref().ok_or(StartError::NoPublic(addr))?;
    match public.as_str().starts_with("https:") {
        true => Ok(()),
        false => Err(StartError::Plain(public.clone())),
    }
}

fn router(
    guard: Guard,
    console: Console,
    demo: Vec<Value>,
    relay: Option<Relay>,
    metrics: Arc<Metrics>,
) -> Router {
    let site = observe::Site {
        demo,
        relay: relay.clone(),
        metrics: Arc::clone(&metrics),
    };
    let mut router = Router::new()
        .merge(observe::router(site))
        .fallback_service(console.router());
    if let Some(relay) = relay {
        router = router
            .route("/launch", relay.launch_route())
            .nest("/relay", relay.router());
    }
    router
        .layer(axum::middleware::from_fn_with_state(
            Arc::new(guard),
            guard::stand_at_the_door,
        ))
        .layer(axum::middleware::from_fn_with_state(metrics, observe::tell))
}

/// Is it this machine that connects?
fn is_this_machine(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

/// Why it does not serve.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Others could reach that address, and nothing asks who they are.
    NotLoopback(SocketAddr),
    /// It is not said what browsers call it.
    NoPublic(SocketAddr),
    /// Browsers would reach it in the clear.
    Plain(Origin),
    /// It cannot listen.
    Listen(io::Error),
    /// Certificate or key are not as they must be.
    Tls(TlsError),
    /// There is no page.
    Console(NoConsole),
    /// The relay cannot be.
    Relay(RelayError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(addr) => write!(
                f,
                "{addr} is not a loopback address: others could reach it, and there is no authentication"
            ),
            Self::NoPublic(addr) => write!(
                f,
                "{addr} is not a loopback address: say what browsers call this server (public_origin), or it could be reached by any name"
            ),
            Self::Plain(origin) => write!(
                f,
                "public_origin {origin} is not https: sessions could be taken over on the way"
            ),
            Self::Listen(_) => f.write_str("cannot listen there"),
            Self::Tls(error) => error.fmt(f),
            Self::Console(error) => error.fmt(f),
            Self::Relay(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen(error) => Some(error),
            Self::Tls(error) => error.source(),
            Self::Console(error) => error.source(),
            Self::Relay(error) => error.source(),
            Self::NotLoopback(_) | Self::NoPublic(_) | Self::Plain(_) => None,
        }
    }
}
