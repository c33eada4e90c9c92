//! HTTP behind one small trait, natively and in the browser, and the layers around it.
//!
//! A [`Transport`] takes a whole request and gives a whole response: bodies are small, and a retry
//! needs them again. Redirects are never followed. Dropping the future of [`Transport::send`] cancels
//! the request. Every [`TransportError`] says whether the request was surely not sent, may have been
//! sent, or was answered, for a cancel is repeated only when it surely was not executed.
//!
//! Layers wrap a transport and are transports, from outside in:
//! `trace -> retry (total budget) -> rate -> auth (the provider's) -> timeout (per attempt) -> backend`.
//! [`Trace`] sees one event per call; [`Retry`] holds the budget of the whole call; [`Rate`] is passed by
//! every attempt; authentication signs every attempt anew and fresh; [`Timeout`] limits one attempt.
//!
//! Backends: `ReqwestTransport` (feature `reqwest`, native), `HyperTransport` (feature `hyper`, native, for a
//! server that forwards very many requests) and `FetchTransport` (feature `fetch`, wasm32), with `TokioTimer` and `BrowserTimer` as the clocks of the layers. The features add up: one that does not
//! fit the target adds nothing.

mod api_error;
mod backend;
mod base_url;
mod boxed;
mod endpoint;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod layers;
mod limits;
mod pace;
mod pages;
mod request;
mod retry_after;
mod secret_filter;
mod secret_forms;
mod secret_scrubber;
mod slices;
mod stop;
mod timer;

pub use api_error::{ApiError, ApiErrorKind, CancelEffect, PAGE_INSTEAD};
#[cfg(all(feature = "hyper", not(target_arch = "wasm32")))]
pub use backend::HyperTransport;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub use backend::{AddressRule, ExtraRoots, ReqwestOptions, ReqwestTransport, SystemProxy};
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use backend::{FetchTransport, breathe};
pub use base_url::BaseUrl;
pub use boxed::{BoxFuture, BoxTransport, MaybeSend, Transport};
pub use endpoint::{Answer, Endpoint, call};
pub use error::{Delivery, Hold, TransportError, TransportErrorKind};
pub use layers::{
    Bearer, Budget, Rate, RateLimit, Retry, RetryPolicy, Share, Timeout, TokenLease, TokenLender,
    Trace,
};
pub use limits::{CallLimits, Limited, Urgency};
pub use pages::{Pages, decode_page};
pub use request::{Attempts, HeldBack, RequestClass, Route};
pub use retry_after::retry_after;
pub use secret_scrubber::SecretScrubber;
pub use stop::StopHandle;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use timer::BrowserTimer;
#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
pub use timer::TokioTimer;
pub use timer::{SharedTimer, Timer};
