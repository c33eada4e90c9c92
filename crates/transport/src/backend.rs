//! The backends that send requests: one per target.

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch_body;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch_failure;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch_request;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
mod native;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
mod native_addresses;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
mod native_failure;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
mod native_tls;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod turn;

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use fetch::FetchTransport;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub use native::{ReqwestOptions, ReqwestTransport};
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub use native_addresses::AddressRule;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use turn::breathe;
