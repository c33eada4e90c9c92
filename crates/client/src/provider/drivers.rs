//! The drivers of the providers.

use countermand_core_model::Provider;

use super::{applivery, driver::ProviderDriver, enos};

/// Returns the driver of `provider`.
pub(crate) fn driver(provider: Provider) -> &'static ProviderDriver {
    match provider {
        Provider::Applivery => &applivery::DRIVER,
        Provider::Enos => &enos::DRIVER,
    }
}
