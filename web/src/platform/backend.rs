//! A client over the browser's fetch.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_client::{Client, Connection};
use countermand_core_model::InvalidValue;
use countermand_transport::TransportError;
#[cfg(target_arch = "wasm32")]
use countermand_transport::{BrowserTimer, FetchTransport, Hold, Transport, TransportErrorKind};
use http::{Request, Response};

#[cfg(target_arch = "wasm32")]
use super::{
    policy,
    start::{self, Part},
};

/// A client for `connection`.
///
/// # Errors
/// When a key cannot stand in a request.
#[cfg(target_arch = "wasm32")]
pub fn client(connection: Connection) -> Result<Client, InvalidValue> {
    let backend = FetchTransport::new();
    // A relay is on the page's own host and uses the page's session, which a provider never sees.
    let backend = if connection.credentials.are_held_by_relay() {
        backend.with_session()
    } else {
        backend
    };
    Client::connect(connection, Allowed(backend), Arc::new(BrowserTimer::new()))
}

/// Asks only hosts that the page's policy does not refuse: what it refuses once, it refuses again, and nothing of it
/// was sent.
#[cfg(target_arch = "wasm32")]
struct Allowed<T>(T);

#[cfg(target_arch = "wasm32")]
impl<T: Transport> Transport for Allowed<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let host = request.uri().authority().map(ToString::to_string);
        let scheme = request.uri().scheme_str().unwrap_or_default();
        let origin = format!("{scheme}://{}", host.unwrap_or_default());
        if policy::has_blocked(&origin) {
            return Err(refused());
        }
        let sent = self.0.send(request).await;
        let has_failed = |error: &TransportError| error.kind() == TransportErrorKind::Fetch;
        if sent.as_ref().is_err_and(has_failed) {
            // The browser reports what its policy refused after the request has failed.
            policy::next_task().await;
            if policy::has_blocked(&origin) {
                return Err(refused());
            }
        }
        sent
    }
}

/// Returns a client that holds answers until the part of the program is there that reads them: requests leave before it.
#[cfg(target_arch = "wasm32")]
pub fn held(client: &Client, part: Part) -> Client {
    client.around(|inner| Held(inner, part))
}

/// Outside a browser the program is whole.
#[cfg(not(target_arch = "wasm32"))]
pub fn held(client: &Client, _: super::start::Part) -> Client {
    client.clone()
}

#[cfg(target_arch = "wasm32")]
struct Held<T>(T, Part);

#[cfg(target_arch = "wasm32")]
impl<T: Transport> Transport for Held<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.0.send(request).await;
        start::has(self.1).await;
        answer
    }
}

#[cfg(target_arch = "wasm32")]
fn refused() -> TransportError {
    TransportError::held_back(Hold::Lasting, Refused)
}

/// The page's policy refuses the host.
#[cfg(target_arch = "wasm32")]
#[derive(Debug)]
struct Refused;

#[cfg(target_arch = "wasm32")]
impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the page's content security policy does not allow this host")
    }
}

#[cfg(target_arch = "wasm32")]
impl std::error::Error for Refused {}

/// Outside a browser there is nothing to send with, and this says so.
///
/// # Errors
/// Always.
#[cfg(not(target_arch = "wasm32"))]
pub fn client(connection: Connection) -> Result<Client, InvalidValue> {
    let _ = (connection, Arc::new(()));
    Err(InvalidValue::new("page", "must be opened in a browser", ""))
}

/// Whether the page's session, its cookies, goes along to the page's own host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    Sent,
    Omitted,
}

/// Sends one request to the page's own host, without retries.
#[cfg(target_arch = "wasm32")]
pub(super) async fn send(
    request: Request<Bytes>,
    session: Session,
) -> Result<Response<Bytes>, TransportError> {
    let backend = match session {
        Session::Sent => FetchTransport::new().with_session(),
        Session::Omitted => FetchTransport::new(),
    };
    backend.send(request).await
}

/// Outside a browser there is nothing to send with.
#[cfg(not(target_arch = "wasm32"))]
pub(super) async fn send(
    request: Request<Bytes>,
    session: Session,
) -> Result<Response<Bytes>, TransportError> {
    let _ = (request, session);
    Err(TransportError::new(
        countermand_transport::TransportErrorKind::Fetch,
    ))
}

/// Returns whether anybody answers at `url`, whether or not this page may read what.
#[cfg(target_arch = "wasm32")]
pub(super) async fn answers(url: &str) -> bool {
    FetchTransport::new().answers(url).await
}

/// Outside a browser nobody can be asked.
#[cfg(not(target_arch = "wasm32"))]
pub(super) async fn answers(_url: &str) -> bool {
    false
}

/// A client for checking `connection`: somebody waits for the answer, so it does not try for long.
///
/// # Errors
/// When a key cannot stand in a request.
pub fn checking_client(mut connection: Connection) -> Result<Client, InvalidValue> {
    connection.timeouts.attempt = Duration::from_secs(10);
    connection.timeouts.retry_budget = Duration::from_secs(3);
    client(connection)
}
