//! The native backends: on reqwest, and on hyper.

mod addresses;
mod extra_roots;
mod failure;
#[cfg(feature = "hyper")]
mod hyper_transport;
mod reqwest_transport;
mod system_proxy;
mod tls;

pub use addresses::AddressRule;
pub use extra_roots::ExtraRoots;
#[cfg(feature = "hyper")]
pub use hyper_transport::HyperTransport;
pub use reqwest_transport::{ReqwestOptions, ReqwestTransport};
pub use system_proxy::SystemProxy;
