//! A way to a provider whose keys may be replaced while it is used.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use countermand_client::Client;
use countermand_core_model::{ExposeSecret, InvalidValue, Keys};
use countermand_transport::{
    ApiErrorKind, BoxTransport, Hold, SharedTimer, Transport, TransportError, TransportErrorKind,
};
use http::{Request, Response, StatusCode};

use crate::{connection::ConnectionConfig, lock::lock};

/// How long a provider that refuses the keys is believed before they are fetched anew once more.
const PAUSE: Duration = Duration::from_secs(30);

/// Wraps a transport in the authentication with these keys.
type Authenticate = dyn Fn(&Keys) -> Result<BoxTransport, InvalidValue> + Send + Sync;

/// A way to a provider. Clones share it.
#[derive(Clone)]
pub(super) struct Rotating(Arc<Shared>);

struct Shared {
    config: ConnectionConfig,
    timer: SharedTimer,
    authenticate: Box<Authenticate>,
    current: RwLock<Current>,
    /// When keys were fetched last because they were refused. Held while that goes on.
    renewing: tokio::sync::Mutex<()>,
    renewed_at: Mutex<Option<Duration>>,
}

#[derive(Clone)]
struct Current {
    transport: BoxTransport,
    keys: Keys,
    /// Counts the keys.
    generation: u64,
}

/// What became of keys that were fetched again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// They are others, they work, and they are used from now on.
    Replaced,
    /// They are the same.
    Same,
    /// They are others, and the provider refuses them: the old ones are used on.
    Refused,
    /// They cannot be fetched: the old ones are used on.
    NotFetched,
    /// The connection has nothing to fetch them from.
    NoSource,
}

impl Rotating {
    pub(super) fn new(
        config: &ConnectionConfig,
        timer: &SharedTimer,
        authenticate: impl Fn(&Keys) -> Result<BoxTransport, InvalidValue> + Send + Sync + 'static,
    ) -> Result<Self, InvalidValue> {
        let keys = config.keys.clone();
        let transport = authenticate(&keys)?;
        Ok(Self(Arc::new(Shared {
            config: config.clone(),
            timer: timer.clone(),
            authenticate: Box::new(authenticate),
            current: RwLock::new(Current {
                transport,
                keys,
                generation: 0,
            }),
            renewing: tokio::sync::Mutex::new(()),
            renewed_at: Mutex::default(),
        })))
    }

    /// Returns the transport with the keys in force, and which they are. The keys themselves are not copied.
    fn transport(&self) -> (BoxTransport, u64) {
        let current = self.0.current.read();
        let current = current.unwrap_or_else(PoisonError::into_inner);
        (current.transport.clone(), current.generation)
    }

    fn current(&self) -> Current {
        let current = self.0.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys again, and uses them if they are others and the provider takes them.
    pub(super) async fn renew(&self) -> Renewal {
        let _renewing = self.0.renewing.lock().await;
        self.fetch().await
    }

    /// Fetches the keys again because those of this generation were refused. Returns whether there are others now.
    async fn renew_after(&self, generation: u64) -> bool {
        let _renewing = self.0.renewing.lock().await;
        if self.current().generation != generation {
            return true;
        }
        let now = self.0.timer.monotonic();
        {
            let mut renewed_at = lock(&self.0.renewed_at);
            if renewed_at.is_some_and(|at| now.saturating_sub(at) < PAUSE) {
                return false;
            }
            *renewed_at = Some(now);
        }
        let renewal = self.fetch().await;
        tracing::warn!(
            target: "countermand_server::keys",
            connection = self.0.config.name.as_str(),
            ?renewal,
            "the provider refuses the keys, and they were fetched again"
        );
        renewal == Renewal::Replaced
    }

    async fn fetch(&self) -> Renewal {
        let Some(source) = self.0.config.key_source.clone() else {
            return Renewal::NoSource;
        };
        // A command may take its time.
        let fetched = tokio::task::spawn_blocking(move || source.fetch()).await;
        let keys = match fetched {
            Ok(Ok(keys)) => keys,
            Ok(Err(why)) => {
                tracing::warn!(
                    target: "countermand_server::keys",
                    connection = self.0.config.name.as_str(),
                    why,
                    "the keys cannot be fetched again"
                );
                return Renewal::NotFetched;
            }
            Err(_) => return Renewal::NotFetched,
        };
        let current = self.current();
        if are_same(&keys, &current.keys) {
            return Renewal::Same;
        }
        let Ok(transport) = (self.0.authenticate)(&keys) else {
            return Renewal::Refused;
        };
        if !self.are_taken(&transport).await {
            return Renewal::Refused;
        }
        let mut holds = self
            .0
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *holds = Current {
            transport,
            keys,
            generation: current.generation + 1,
        };
        Renewal::Replaced
    }

    /// Returns whether the provider takes the keys. One that may not be asked about the organization may do other things.
    async fn are_taken(&self, transport: &BoxTransport) -> bool {
        let (org, base) = (self.0.config.org.clone(), self.0.config.base.clone());
        let timer = self.0.timer.clone();
        let Ok(client) = Client::over(transport.clone(), org, base, None, timer) else {
            return false;
        };
        match client.check().await {
            Ok(_) => true,
            Err(error) => {
                let refused = error.kind() == ApiErrorKind::Unauthorized;
                !refused && error.transport().is_none()
            }
        }
    }
}

fn are_same(one: &Keys, other: &Keys) -> bool {
    let texts = |keys: &Keys| -> Vec<String> {
        let keys = keys.iter();
        keys.map(|(_, key)| key.expose_secret().to_owned())
            .collect()
    };
    texts(one) == texts(other)
}

impl Transport for Rotating {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (transport, generation) = self.transport();
        if self.0.config.key_source.is_none() {
            return transport.send(request).await;
        }
        let again = request.clone();
        let answer = transport.send(request).await;
        if !are_refused(&answer) || !Box::pin(self.renew_after(generation)).await {
            return answer;
        }
        // A request with keys that are refused was not executed.
        let (transport, _) = self.transport();
        transport.send(again).await
    }
}

/// Returns whether an answer refuses the keys.
fn are_refused(answer: &Result<Response<Bytes>, TransportError>) -> bool {
    match answer {
        // EnOS has its own status for a wrong signature.
        Ok(response) => {
            response.status() == StatusCode::UNAUTHORIZED || response.status().as_u16() == 497
        }
        Err(error) => error.kind() == TransportErrorKind::HeldBack(Hold::Lasting),
    }
}

impl fmt::Debug for Rotating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotating").finish_non_exhaustive()
    }
}
