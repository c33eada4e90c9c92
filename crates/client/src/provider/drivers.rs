//! The drivers of the providers.

mod applivery;
mod enos;

use std::sync::{PoisonError, RwLock};

use countermand_core_model::{InvalidValue, Provider};

use super::driver::ProviderDriver;

/// The drivers of the built-in providers.
static BUILT_IN: [&ProviderDriver; 2] = [&applivery::DRIVER, &enos::DRIVER];

/// The drivers of the added providers.
static ADDED: RwLock<Vec<&'static ProviderDriver>> = RwLock::new(Vec::new());

/// Adds a provider, so that its name is recognized and its connections can be opened.
///
/// # Errors
/// When another provider has the name.
pub fn add_provider(driver: &'static ProviderDriver) -> Result<Provider, InvalidValue> {
    let provider = Provider::add(driver.descriptor)?;
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if !added
        .iter()
        .any(|known| known.descriptor == driver.descriptor)
    {
        added.push(driver);
    }
    Ok(provider)
}

/// Returns the driver of `provider`.
pub(crate) fn driver(provider: Provider) -> Result<&'static ProviderDriver, InvalidValue> {
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    let mut known = BUILT_IN.iter().chain(added.iter());
    let found = known.find(|driver| driver.descriptor == provider.descriptor());
    found.copied().ok_or_else(|| {
        InvalidValue::new(
            "provider",
            "must have a driver in the client",
            provider.as_str(),
        )
    })
}
