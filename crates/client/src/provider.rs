//! The providers behind one set of calls. What each can do is looked up, never decided by its name.

mod api;
mod calls;
mod credentials;
mod driver;
mod drivers;

pub use api::{ApiFuture, DeviceSink, ProviderApi};
pub(crate) use calls::ProviderCalls;
pub use credentials::Credentials;
pub use driver::{Authenticate, Connect, ProviderDriver};
pub use drivers::add_provider;
pub(crate) use drivers::driver;
