//! Forwards calls to a provider. Each request is made anew from a parsed call, and only its response comes back.

mod forward;
mod rotating;
mod shared_budget;
mod upstream;
mod upstream_response;

pub use rotating::Renewal;
pub(crate) use upstream::Upstream;
pub use upstream::UpstreamError;
