//! Choosing devices.

use countermand_core_model::Provider;

pub use super::catalogue::devices::*;

/// How devices are named.
pub fn hint(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => hint_applivery(),
        Provider::Enos => hint_enos(),
        Provider::Other(other) => other.device.rule,
    }
}

/// An example for the box. Devices are named alike in every language.
pub const fn example(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => "R58M123ABC\n356938035643809",
        Provider::Enos => "asset:sxH2DD6f\nkey:inverter/INV-0042",
        Provider::Other(_) => "",
    }
}

/// The picker's caption.
pub fn found(shown: usize, total: usize) -> String {
    if shown < total {
        found_first(shown, total)
    } else {
        super::devices(total)
    }
}
