//! The screen on which a connection is chosen.

use countermand_core_model::Provider;

use crate::state::connection_form::Field;

/// The heading over the demo connections.
pub const DEMO_HEADING: &str = "Try it with a demo";
/// What a demo is.
pub const DEMO_HINT: &str = "Simulated devices on this page's own host. Nothing real can happen.";
/// The heading over the form.
pub const FORM_HEADING: &str = "Connect to a vendor";
/// The legend over the vendors.
pub const VENDOR: &str = "Vendor";
/// What becomes of the keys.
pub const KEYS_HINT: &str = "Keys stay in this page's memory until you lock it, close it or leave it alone for 15 minutes. They are sent to this host only.";
/// Checks the connection.
pub const CHECK: &str = "Check connection";
/// Checks the connection and opens it.
pub const CONNECT: &str = "Connect";
/// While that goes on.
pub const CHECKING: &str = "Asking the vendor…";
/// Over what is wrong with the form.
pub const FORM_WRONG: &str = "Some fields need another look. Nothing was sent.";
/// Where connections.json offers something that cannot be opened.
pub const BROKEN: &str = "A demo connection of this host cannot be used:";

/// What a demo connection is to.
pub fn demo_facts(provider: Provider, org: &str, devices: usize) -> String {
    format!(
        "{} simulated at {} in the organisation {org}",
        super::devices(devices),
        provider.display_name()
    )
}

/// The key works.
pub fn works(org: &str) -> String {
    format!("The connection works: the vendor takes this key for {org}.")
}

/// A field's label.
pub const fn label(field: Field) -> &'static str {
    match field {
        Field::BaseUrl => "Base URL",
        Field::Org => "Organisation",
        Field::Token => "Token",
        Field::AppKey => "App key",
        Field::AppSecret => "App secret",
    }
}

/// What goes into a field.
pub const fn hint(field: Field, provider: Provider) -> &'static str {
    match (field, provider) {
        (Field::BaseUrl, Provider::Applivery) => {
            "With its /v1. Change it only if your tenant has a domain of its own."
        }
        (Field::BaseUrl, Provider::Enos) => {
            "The API gateway of your region or installation, such as https://apigw.example.com."
        }
        (Field::Org, Provider::Applivery) => "The id of 24 hexadecimal digits, or the slug.",
        (Field::Org, Provider::Enos) => "The orgId.",
        (Field::Token, _) => {
            "A service account's token. It needs mdm.android.command.list, .get and .cancel, and mdm.android.device.list."
        }
        (Field::AppKey, _) => "The access key of an application registered in EnOS.",
        (Field::AppSecret, _) => "Its secret key. The application needs Asset / Control.",
    }
}
