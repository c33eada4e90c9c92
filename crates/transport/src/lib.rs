//! HTTP behind one small trait, natively and in the browser, and the layers around it.
//!
//! A [`Transport`] takes a whole request and gives a whole response: bodies are small, and a retry
//! needs them again. Redirects are never followed. Dropping the future of [`Transport::send`] cancels
//! the request. Every [`TransportError`] says whether the request was surely not sent, may have been
//! sent, or was answered, for a cancel is repeated only when it surely was not executed.
//!
//! Layers wrap a transport and are transports:
//! `trace -> retry (total budget) -> rate -> auth (the vendor's) -> timeout (per attempt) -> backend`.

mod api_error;
mod base_url;
mod boxed;
mod endpoint;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod request;
mod timer;

pub use api_error::{ApiError, ApiErrorKind, CancelEffect};
pub use base_url::BaseUrl;
pub use boxed::{BoxFuture, BoxTransport, MaybeSend, Transport};
pub use endpoint::{Answer, Endpoint, call};
pub use error::{Delivery, TransportError, TransportErrorKind};
pub use request::{Attempts, RequestClass, Route};
pub use timer::{SharedTimer, Timer};
