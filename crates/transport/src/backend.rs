//! The backends that send requests: one per target.

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
mod native;

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use fetch::{FetchTransport, breathe};
#[cfg(all(feature = "hyper", not(target_arch = "wasm32")))]
pub use native::HyperTransport;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub use native::{AddressRule, ExtraRoots, ReqwestOptions, ReqwestTransport, SystemProxy};
