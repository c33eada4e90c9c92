//! How a provider's calls are made. A provider is added here.

use std::fmt;

use countermand_core_model::{InvalidValue, Keys, Organization, ProviderDescriptor};
use countermand_transport::{BaseUrl, BoxTransport, SharedTimer};

use super::api::ProviderApi;

/// The functions that make a provider's calls.
#[derive(Clone, Copy, Debug)]
pub struct ProviderDriver {
    /// The facts about the provider.
    pub descriptor: &'static ProviderDescriptor,
    /// Wraps a transport in the layer that authenticates each request.
    pub authenticate: Authenticate,
    /// Returns the calls of an organization over a transport that authenticates.
    pub connect: Connect,
}

/// Wraps a transport in a provider's authentication.
pub type Authenticate = fn(
    transport: BoxTransport,
    base: &BaseUrl,
    keys: &Keys,
    timer: &SharedTimer,
) -> Result<BoxTransport, InvalidValue>;

/// Makes a provider's calls.
pub type Connect = fn(
    transport: BoxTransport,
    base: BaseUrl,
    org: &Organization,
) -> Result<Box<dyn ProviderApi>, InvalidValue>;

/// Returns the error of a value that belongs to another provider than the connection.
pub(super) fn of_another_provider(field: &'static str, value: &impl fmt::Display) -> InvalidValue {
    InvalidValue::new(
        field,
        "must be of the connection's vendor",
        &value.to_string(),
    )
}
