//! The server: the console and the relay on one origin.

mod config;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::{Router, ServiceExt, extract::Request};
use axum_server::Handle;
use countermand_page::Origin;
use serde_json::Value;
use tokio::task::JoinHandle;

pub use config::{ServerConfig, StartError};

use config::check_reach;

use crate::{
    access::{AccessConfig, ReloadError},
    console::Console,
    listener::{CutStalled, RejectFragments, Tls, TlsError},
    metrics::Metrics,
    pipeline::Pipeline,
    relay::Relay,
    routes::{SiteState, site_router},
    validate_origin::Guard,
};

/// How long the head of a request may take, and how long a connection may be idle before the next one.
const LONGEST_HEAD: Duration = Duration::from_secs(15);

/// How long a TLS handshake may take.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);

/// How long responses in progress are waited for when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running server.
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
    /// When others could reach it without authentication, or something that it needs is missing.
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let addr = config.listener.local_addr().map_err(StartError::Listen)?;
        check_reach(addr, &config)?;
        let tls = config.tls.map(Tls::load).transpose()?;
        let origin = origin(config.public.as_ref(), addr, tls.is_some());
        let guard = Guard::new(config.public, addr.ip(), tls.is_some());
        let console = Console::open(config.console).await?;
        let metrics = Arc::new(Metrics::new());
        let relay = match config.relay {
            Some(config) => {
                let relay = Relay::start(config, &origin, addr.port(), Arc::clone(&metrics));
                Some(relay.await?)
            }
            None => None,
        };
        let pipeline = pipeline(guard, console, config.demo, relay.clone(), metrics);
        let service = <Pipeline as ServiceExt<Request>>::into_make_service_with_connect_info::<
            SocketAddr,
        >(pipeline);
        let (listener, handle) = (config.listener, Handle::new());
        let server = match &tls {
            Some(tls) => {
                let acceptor = tls.acceptor(LONGEST_HANDSHAKE);
                let server = limited(listener, acceptor, handle.clone());
                tokio::spawn(server.map_err(StartError::Listen)?.serve(service))
            }
            None => {
                let server = limited(listener, CutStalled::default(), handle.clone());
                tokio::spawn(server.map_err(StartError::Listen)?.serve(service))
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

    /// Returns the address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the origin by which browsers reach it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the relay, where there is one.
    pub fn relay(&self) -> Option<&Relay> {
        self.relay.as_ref()
    }

    /// Reads certificate and key again, for new connections. Where they cannot be read, the old ones stay.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        match &self.tls {
            Some(tls) => tls.reload(),
            None => Ok(()),
        }
    }

    /// Replaces who may do what, as [`Relay::reload`]. Returns `true` where there is no relay.
    ///
    /// # Errors
    /// When the configuration is not taken. The one before stays.
    pub async fn reload_access(&self, config: AccessConfig) -> Result<bool, ReloadError> {
        match &self.relay {
            Some(relay) => relay.reload(config).await,
            None => Ok(true),
        }
    }

    /// Stops. Accepts nothing new, hands runs over, waits until cancels in progress are answered and in the audit, waits a
    /// moment for other responses, and seals the audit.
    pub async fn stop(mut self) {
        // No limit here: a cancel may take longer than anything else.
        self.handle.graceful_shutdown(None);
        if let Some(relay) = &self.relay {
            // Another instance goes on with the runs meanwhile.
            tokio::join!(relay.cancels_finished(), relay.hand_over());
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

/// Returns the origin by which browsers reach the server.
fn origin(public: Option<&Origin>, addr: SocketAddr, tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let listening = format!("{scheme}://{addr}");
    match (public, listening.parse::<Origin>()) {
        (Some(origin), _) => origin.to_string(),
        (None, Ok(origin)) => origin.to_string(),
        (None, Err(_)) => listening,
    }
}

/// Returns a server over the connections that `acceptor` makes, with its limits.
fn limited<A>(
    listener: TcpListener,
    acceptor: A,
    handle: Handle<SocketAddr>,
) -> io::Result<axum_server::Server<SocketAddr, RejectFragments<A>>> {
    listener.set_nonblocking(true)?;
    let server = axum_server::from_tcp(listener)?;
    let mut server = server.acceptor(RejectFragments(acceptor));
    limit(server.http_builder());
    Ok(server.first_request_timeout(LONGEST_HEAD).handle(handle))
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

/// Returns the way of each request.
fn pipeline(
    guard: Guard,
    console: Console,
    demo: Vec<Value>,
    relay: Option<Relay>,
    metrics: Arc<Metrics>,
) -> Pipeline {
    let site = SiteState {
        demo,
        relay: relay.clone(),
        metrics: Arc::clone(&metrics),
    };
    let mut others = Router::new()
        .merge(site_router(site))
        .fallback_service(console.router());
    if let Some(relay) = &relay {
        others = others.route("/launch", relay.launch_route());
    }
    Pipeline::new(metrics, guard, relay, others)
}
