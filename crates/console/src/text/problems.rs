//! What went wrong and what to do: a title and an advice each.

use countermand_core_model::Provider;

pub use super::catalogue::problems::*;

/// What to do about a wrong key.
pub fn wrong_key_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => wrong_key_advice_applivery(),
        Provider::Enos => wrong_key_advice_enos(),
        Provider::Other(_) => "",
    }
}

/// What to do about a permission that is missing.
pub fn org_denied_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => org_denied_advice_applivery(),
        Provider::Enos => org_denied_advice_enos(),
        Provider::Other(_) => "",
    }
}

/// What to do about another service.
pub fn not_the_api_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => not_the_api_advice_applivery(),
        Provider::Enos => not_the_api_advice_enos(),
        Provider::Other(_) => "",
    }
}
