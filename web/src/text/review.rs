//! The review before a cancel.

use countermand_core_model::Provider;

pub use super::catalogue::review::*;

/// What is particular to a vendor.
pub fn of_vendor(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => of_applivery(),
        Provider::Enos => of_enos(),
    }
}
