//! The screen on which a connection is chosen.

use countermand_core_model::Provider;

pub use super::catalogue::connect::*;
use crate::state::connection_form::Field;

/// A field's label.
pub fn label(field: Field) -> &'static str {
    match field {
        Field::BaseUrl => base_url(),
        Field::Org => org(),
        Field::Token => token(),
        Field::AppKey => app_key(),
        Field::AppSecret => app_secret(),
    }
}

/// What goes into a field.
pub fn hint(field: Field, provider: Provider) -> &'static str {
    match (field, provider) {
        (Field::BaseUrl, Provider::Applivery) => base_url_hint_applivery(),
        (Field::BaseUrl, Provider::Enos) => base_url_hint_enos(),
        (Field::Org, Provider::Applivery) => org_hint_applivery(),
        (Field::Org, Provider::Enos) => org_hint_enos(),
        (Field::Token, _) => token_hint(),
        (Field::AppKey, _) => app_key_hint(),
        (Field::AppSecret, _) => app_secret_hint(),
    }
}
