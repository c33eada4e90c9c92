//! The form in which a connection is entered, and its rules.

use countermand_client::{Connection, Credentials};
use countermand_core_model::{
    ExposeSecret, InvalidValue, Organization, Provider, Secret, patterns,
};
use countermand_transport::BaseUrl;

use crate::text::{self, connect};

/// What was entered. Redacted in Debug.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The vendor.
    pub provider: Provider,
    /// Where its API is.
    pub base_url: String,
    /// The organisation.
    pub org: String,
    /// Applivery's key.
    pub token: Secret,
    /// EnOS's key.
    pub app_key: Secret,
    /// EnOS's secret.
    pub app_secret: Secret,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Where the vendor's API is.
    BaseUrl,
    /// The organisation.
    Org,
    /// Applivery's key.
    Token,
    /// EnOS's key.
    AppKey,
    /// EnOS's secret.
    AppSecret,
}

impl Field {
    /// The fields that are asked for, in their order.
    pub const fn of(provider: Provider) -> &'static [Self] {
        match provider {
            Provider::Applivery => &[Self::BaseUrl, Self::Org, Self::Token],
            Provider::Enos => &[Self::BaseUrl, Self::Org, Self::AppKey, Self::AppSecret],
        }
    }

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::BaseUrl => connect::base_url(),
            Self::Org => connect::org(),
            Self::Token => connect::token(),
            Self::AppKey => connect::app_key(),
            Self::AppSecret => connect::app_secret(),
        }
    }

    /// What goes into it.
    pub fn hint(self, provider: Provider) -> &'static str {
        match (self, provider) {
            (Self::BaseUrl, Provider::Applivery) => connect::base_url_hint_applivery(),
            (Self::BaseUrl, Provider::Enos) => connect::base_url_hint_enos(),
            (Self::Org, Provider::Applivery) => connect::org_hint_applivery(),
            (Self::Org, Provider::Enos) => connect::org_hint_enos(),
            (Self::Token, _) => connect::token_hint(),
            (Self::AppKey, _) => connect::app_key_hint(),
            (Self::AppSecret, _) => connect::app_secret_hint(),
        }
    }

    /// The id of its control in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::BaseUrl => "base-url",
            Self::Org => "org",
            Self::Token => "token",
            Self::AppKey => "app-key",
            Self::AppSecret => "app-secret",
        }
    }

    /// Is it a key?
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Token | Self::AppKey | Self::AppSecret)
    }

    /// The pattern that the browser may hint with. The rules below decide.
    pub const fn pattern(self, provider: Provider) -> Option<&'static str> {
        match (self, provider) {
            (Self::Org, Provider::Applivery) => Some(patterns::APPLIVERY_ORGANIZATION_ID),
            (Self::Org, Provider::Enos) => Some(patterns::ENOS_KEY),
            _ => None,
        }
    }
}

/// Where a vendor's API is unless something else is entered; empty where that differs from one
/// installation to the next.
pub const fn default_base_url(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => "https://api.applivery.io/v1",
        Provider::Enos => "",
    }
}

/// The vendor changes: a base URL that nobody typed becomes the new vendor's.
pub fn switch_base_url(url: &mut String, old: Provider, new: Provider) {
    if url.trim() == default_base_url(old) {
        url.clear();
        url.push_str(default_base_url(new));
    }
}

/// A field that breaks its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field.
    pub field: Field,
    /// What is wrong, in a sentence that names the field and the rule.
    pub text: String,
}

impl FieldError {
    /// That `field` breaks `rule`.
    fn new(field: Field, rule: &'static str) -> Self {
        Self {
            field,
            text: text::rules::broken(field.label(), text::found(rule)),
        }
    }
}

/// A connection from what was entered.
///
/// # Errors
/// Every field that breaks its rule, in the order of the form.
pub fn validate(entered: &Entered) -> Result<Connection, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut note = |field: Field, rule: &'static str| {
        errors.push(FieldError::new(field, rule));
    };
    let mut keep = |field: Field, invalid: InvalidValue| note(field, invalid.rule());

    let base = BaseUrl::parse(&entered.base_url)
        .map_err(|invalid| keep(Field::BaseUrl, invalid))
        .ok();
    let org = Organization::parse(entered.provider, entered.org.trim())
        .map_err(|invalid| keep(Field::Org, invalid))
        .ok();
    let mut key = |field: Field, secret: &Secret| {
        // Exposed to look at its form only.
        match key_rule(secret.expose_secret()) {
            None => Some(secret.clone()),
            Some(rule) => {
                note(field, rule);
                None
            }
        }
    };
    let credentials = match entered.provider {
        Provider::Applivery => {
            key(Field::Token, &entered.token).map(|token| Credentials::applivery(token))
        }
        Provider::Enos => {
            let app_key = key(Field::AppKey, &entered.app_key);
            let app_secret = key(Field::AppSecret, &entered.app_secret);
            app_key
                .zip(app_secret)
                .map(|(app_key, app_secret)| Credentials::enos(app_key, app_secret))
        }
    };
    let (Some(base), Some(org), Some(credentials)) = (base, org, credentials) else {
        return Err(errors);
    };
    Connection::new(org, base, credentials)
        .map_err(|invalid| vec![FieldError::new(Field::Org, invalid.rule())])
}

/// The rule that a key breaks. It is neither trimmed nor shown.
fn key_rule(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        Some(text::rules::key_empty())
    } else if key.trim() != key {
        Some(text::rules::key_blanks())
    } else if key.chars().any(|c| !c.is_ascii_graphic()) {
        Some(text::rules::key_characters())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(provider: Provider) -> Entered {
        Entered {
            provider,
            base_url: "https://api.example/v1".to_owned(),
            org: "acme-mobile".to_owned(),
            token: Secret::from("t0ken-t0ken"),
            app_key: Secret::from("k3y-k3y"),
            app_secret: Secret::from("s3cret-s3cret"),
        }
    }

    fn wrong(entered: &Entered) -> Vec<Field> {
        validate(entered)
            .unwrap_err()
            .iter()
            .map(|error| error.field)
            .collect()
    }

    #[test]
    fn a_whole_form_makes_a_connection_of_its_vendor() {
        for provider in Provider::ALL {
            let connection = validate(&entered(provider)).unwrap();
            assert_eq!(connection.org.provider(), provider);
            assert_eq!(connection.credentials.provider(), provider);
        }
    }

    #[test]
    fn an_empty_form_names_every_field_of_the_vendor_in_order() {
        for provider in Provider::ALL {
            let empty = Entered {
                base_url: String::new(),
                org: String::new(),
                token: Secret::from(""),
                app_key: Secret::from(""),
                app_secret: Secret::from(""),
                ..entered(provider)
            };
            assert_eq!(wrong(&empty), Field::of(provider));
        }
    }

    #[test]
    fn the_other_vendors_keys_do_not_matter() {
        let form = Entered {
            token: Secret::from(""),
            ..entered(Provider::Enos)
        };
        assert!(validate(&form).is_ok());
        let form = Entered {
            app_key: Secret::from(""),
            ..entered(Provider::Applivery)
        };
        assert!(validate(&form).is_ok());
    }

    #[test]
    fn plain_http_is_for_loopback() {
        let mut form = entered(Provider::Applivery);
        form.base_url = "http://api.example".to_owned();
        let errors = validate(&form).unwrap_err();
        assert_eq!(errors[0].field, Field::BaseUrl);
        assert!(
            errors[0].text.starts_with("Base URL must be https"),
            "{}",
            errors[0].text
        );
        form.base_url = "http://127.0.0.1:9/v1".to_owned();
        assert!(validate(&form).is_ok());
    }

    #[test]
    fn a_key_with_a_blank_is_told_and_not_repeated() {
        for key in [
            " s3cret-s3cret",
            "s3cret-s3cret ",
            "s3cret s3cret",
            "s3crét",
        ] {
            let form = Entered {
                app_secret: Secret::from(key),
                ..entered(Provider::Enos)
            };
            let errors = validate(&form).unwrap_err();
            assert_eq!(errors[0].field, Field::AppSecret);
            assert!(!errors[0].text.contains("s3cr"), "{}", errors[0].text);
        }
    }

    #[test]
    fn blanks_around_an_organisation_do_not_matter() {
        let form = Entered {
            org: " acme-mobile ".to_owned(),
            ..entered(Provider::Applivery)
        };
        assert_eq!(validate(&form).unwrap().org.as_str(), "acme-mobile");
    }

    #[test]
    fn a_typed_base_url_stays_when_the_vendor_changes() {
        let mut url = default_base_url(Provider::Applivery).to_owned();
        switch_base_url(&mut url, Provider::Applivery, Provider::Enos);
        assert_eq!(url, "");
        switch_base_url(&mut url, Provider::Enos, Provider::Applivery);
        assert_eq!(url, default_base_url(Provider::Applivery));
        assert!(BaseUrl::parse(&url).is_ok());
        url = "https://own.example".to_owned();
        switch_base_url(&mut url, Provider::Applivery, Provider::Enos);
        assert_eq!(url, "https://own.example");
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", entered(Provider::Enos));
        assert!(!shown.contains("s3cret") && !shown.contains("k3y") && !shown.contains("t0ken"));
    }
}
