//! New connections: addresses by the rule, TCP, and TLS.

use std::{
    error::Error,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
    vec,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::connect::{Connection as _, HttpConnector, dns::Name},
    rt::TokioIo,
};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::{Service, ServiceExt};

use super::super::{
    addresses::AddressRule, failure::why_no_connection, reqwest_transport::ReqwestOptions,
};
use crate::{TransportError, TransportErrorKind};

/// How long a silent peer is waited for by the system, and how often it is asked: as reqwest does.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long the system waits for a peer to confirm what was sent to it: as reqwest does.
const UNCONFIRMED: Duration = Duration::from_secs(30);

/// A connection to a host.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Makes connections.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    connector: HttpsConnector<HttpConnector<Resolver>>,
    longest: Duration,
}

impl Connector {
    pub(super) fn new(options: &ReqwestOptions, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(options.addresses.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(UNCONFIRMED));
        Self {
            connector: HttpsConnector::from((tcp, tls)),
            longest: options.connect_timeout,
        }
    }

    /// Connects to the host of `uri`. Nothing of a request is sent.
    pub(super) async fn connect(&self, uri: Uri) -> Result<Stream, TransportError> {
        let connecting = self.connector.clone().oneshot(uri);
        match tokio::time::timeout(self.longest, connecting).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(no_connection(error)),
            Err(late) => Err(TransportError::new(TransportErrorKind::Connect).with_source(late)),
        }
    }
}

/// Returns whether the host chose HTTP/2.
pub(super) fn is_http2(stream: &Stream) -> bool {
    stream.connected().is_negotiated_h2()
}

fn no_connection(error: Box<dyn Error + Send + Sync>) -> TransportError {
    TransportError::new(why_no_connection(&*error)).with_source(error)
}

/// Resolves names by the rule for addresses, or to any address where there is none.
#[derive(Clone, Debug)]
struct Resolver(Option<AddressRule>);

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let rule = self.0.clone();
        let rule = rule.unwrap_or_else(|| AddressRule::new(|_| true));
        Box::pin(async move { rule.addresses(name.as_str()).await })
    }
}
