//! The form in which a connection is entered, and its rules.

use std::convert::Infallible;

use countermand_client::{Connection, Credentials};
use countermand_core_model::{
    ExposeSecret, InvalidValue, KeyField, Keys, Organization, Provider, Secret, is_blank,
};
use countermand_transport::BaseUrl;

use crate::text::{self, connect};

/// What was entered. Redacted in Debug.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The provider.
    pub provider: Provider,
    /// Where its API is.
    pub base_url: String,
    /// The organization.
    pub org: String,
    /// The keys, by name. Those of another provider do not matter.
    pub keys: Vec<(&'static str, Secret)>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The base URL of the API.
    BaseUrl,
    /// The organization.
    Org,
    /// A key.
    Key(&'static KeyField),
}

impl Field {
    /// Returns the fields that are asked for, in their order.
    pub fn of(provider: Provider) -> Vec<Self> {
        let keys = provider.descriptor().keys.iter().map(Self::Key);
        [Self::BaseUrl, Self::Org].into_iter().chain(keys).collect()
    }

    /// Returns the first key of a provider.
    pub fn first_key(provider: Provider) -> Option<Self> {
        provider.descriptor().keys.first().map(Self::Key)
    }

    /// Returns its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::BaseUrl => connect::base_url(),
            Self::Org => connect::org(),
            Self::Key(key) => match key.name {
                "token" => connect::token(),
                "app_key" => connect::app_key(),
                "app_secret" => connect::app_secret(),
                name => name,
            },
        }
    }

    /// Returns what goes into it.
    pub fn hint(self, provider: Provider) -> &'static str {
        match (self, provider) {
            (Self::BaseUrl, Provider::Applivery) => connect::base_url_hint_applivery(),
            (Self::BaseUrl, Provider::Enos) => connect::base_url_hint_enos(),
            (Self::BaseUrl, Provider::Other(_)) => "",
            (Self::Org, Provider::Applivery) => connect::org_hint_applivery(),
            (Self::Org, Provider::Enos) => connect::org_hint_enos(),
            (Self::Org, Provider::Other(other)) => other.organization.rule,
            (Self::Key(key), _) => match key.name {
                "token" => connect::token_hint(),
                "app_key" => connect::app_key_hint(),
                "app_secret" => connect::app_secret_hint(),
                _ => "",
            },
        }
    }

    /// Returns the id of its control in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::BaseUrl => "base-url",
            Self::Org => "org",
            Self::Key(key) => key.control,
        }
    }

    /// Returns the pattern that the browser may hint with. The rules below decide.
    pub fn pattern(self, provider: Provider) -> Option<&'static str> {
        (self == Self::Org).then_some(provider.descriptor().organization.pattern)
    }
}

/// Returns the base URL of a provider unless something else is entered; empty where that differs from one
/// installation to the next.
pub fn default_base_url(provider: Provider) -> &'static str {
    let default = provider.descriptor().default_base_url;
    default.unwrap_or_default()
}

/// Changes the provider. A base URL that nobody typed becomes the new provider's.
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
        // What is not there breaks no rule of form.
        let is_empty = match field {
            Field::BaseUrl => is_blank(&entered.base_url),
            Field::Org => is_blank(&entered.org),
            Field::Key(_) => rule == text::rules::required(),
        };
        let rule = if is_empty {
            text::rules::required()
        } else {
            rule
        };
        errors.push(FieldError::new(field, rule));
    };
    let mut keep = |field: Field, invalid: InvalidValue| note(field, invalid.rule());
    let base = BaseUrl::parse(&entered.base_url)
        .map_err(|invalid| keep(Field::BaseUrl, invalid))
        .ok();
    let org = Organization::parse(entered.provider, entered.org.trim())
        .map_err(|invalid| keep(Field::Org, invalid))
        .ok();
    let keys = checked_keys(entered, note);
    let (Some(base), Some(org), Some(keys)) = (base, org, keys) else {
        return Err(errors);
    };
    Connection::new(org, base, Credentials::Keys(keys))
        .map_err(|invalid| vec![FieldError::new(Field::Org, invalid.rule())])
}

/// Returns the keys that were entered for the provider; none where one breaks its rule. Each that does is noted.
fn checked_keys(entered: &Entered, mut note: impl FnMut(Field, &'static str)) -> Option<Keys> {
    let mut are_good = true;
    let keys = Keys::new(entered.provider, |field| {
        let found = entered.keys.iter().find(|(name, _)| *name == field.name);
        let key = found.map_or_else(|| Secret::from(""), |(_, key)| key.clone());
        // Exposed to look at its form only.
        if let Some(rule) = key_rule(key.expose_secret()) {
            note(Field::Key(field), rule);
            are_good = false;
        }
        Ok::<_, Infallible>(key)
    });
    keys.ok().filter(|_| are_good)
}

/// The rule that a key breaks. It is neither trimmed nor shown.
fn key_rule(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        Some(text::rules::required())
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

    fn keys(token: &str, app_key: &str, app_secret: &str) -> Vec<(&'static str, Secret)> {
        let keys = [
            ("token", token),
            ("app_key", app_key),
            ("app_secret", app_secret),
        ];
        keys.map(|(name, key)| (name, Secret::from(key))).into()
    }

    fn entered(provider: Provider) -> Entered {
        Entered {
            provider,
            base_url: "https://api.example/v1".to_owned(),
            org: "acme-mobile".to_owned(),
            keys: keys("t0ken-t0ken", "k3y-k3y", "s3cret-s3cret"),
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
                keys: keys("", "", ""),
                ..entered(provider)
            };
            assert_eq!(wrong(&empty), Field::of(provider));
            for error in validate(&empty).unwrap_err() {
                assert_eq!(error.text, format!("{} is required.", error.field.label()));
            }
        }
    }

    #[test]
    fn the_other_vendors_keys_do_not_matter() {
        let form = Entered {
            keys: keys("", "k3y-k3y", "s3cret-s3cret"),
            ..entered(Provider::Enos)
        };
        assert!(validate(&form).is_ok());
        let form = Entered {
            keys: keys("t0ken-t0ken", "", "s3cret-s3cret"),
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
                keys: keys("t0ken-t0ken", "k3y-k3y", key),
                ..entered(Provider::Enos)
            };
            let errors = validate(&form).unwrap_err();
            assert_eq!(errors[0].field.id(), "app-secret");
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
