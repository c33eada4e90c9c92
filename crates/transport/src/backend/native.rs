//! The native backends: on reqwest, and on hyper.

mod addresses;
mod failure;
#[cfg(feature = "hyper")]
mod hyper_transport;
mod reqwest_transport;
mod tls;

pub use addresses::AddressRule;
#[cfg(feature = "hyper")]
pub use hyper_transport::HyperTransport;
pub use reqwest_transport::{ReqwestOptions, ReqwestTransport};
