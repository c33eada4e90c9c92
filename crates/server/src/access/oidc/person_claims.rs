//! Reads the person out of claims: of the identity token, and of the userinfo response. Each claim is read in every
//! form that issuers use.

use serde_json::{Map, Value};

use super::{
    super::{person::PersonName, role::User},
    config::OidcConfig,
    failure::{FailureKind, SignInFailed},
};

pub(super) type Claims = Map<String, Value>;

/// The most groups of one person that are kept, and the longest name of one.
const MOST_GROUPS: usize = 2_000;
const LONGEST_GROUP: usize = 512;

/// Returns whether the identity token lacks something that the userinfo may have.
pub(super) fn is_missing_something(id_token: &Claims, config: &OidcConfig) -> bool {
    let names_by_email = config.user_claim == "email";
    name(id_token, config).is_none()
        || groups(id_token, config).is_none()
        || (names_by_email && email_is_verified(id_token).is_none())
}

/// Returns whether the claims name the person.
pub(super) fn names_somebody(claims: &Claims, config: &OidcConfig) -> bool {
    name(claims, config).is_some()
}

/// Returns whether the claims name the person and the groups, so that nothing else is needed.
pub(super) fn are_enough(claims: &Claims, config: &OidcConfig) -> bool {
    names_somebody(claims, config) && groups(claims, config).is_some()
}

/// Returns the person, from the identity token and the userinfo response. The token goes first. An e-mail address that
/// either of them says is not verified is refused.
pub(super) fn user(
    id_token: &Claims,
    asked: Option<&Claims>,
    config: &OidcConfig,
) -> Result<User, SignInFailed> {
    let all = || [Some(id_token), asked].into_iter().flatten();
    // Whoever may enter any address there could otherwise be anybody here.
    let is_false = |claims: &Claims| email_is_verified(claims) == Some(false);
    if config.user_claim == "email" && all().any(is_false) {
        return Err(FailureKind::UnverifiedEmail.into());
    }
    let name = all()
        .find_map(|claims| name(claims, config))
        .ok_or_else(|| no_name(all(), config))?;
    let groups = all().find_map(|claims| groups(claims, config));
    Ok(User {
        name: PersonName::parse(&name)
            .map_err(|invalid| SignInFailed::new(FailureKind::InvalidName, invalid.rule()))?,
        groups: groups.unwrap_or_default(),
    })
}

fn name(claims: &Claims, config: &OidcConfig) -> Option<String> {
    match find(claims, &config.user_claim)? {
        Value::String(name) if !name.trim().is_empty() => Some(name.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the error of a missing name. It lists the names of the claims, and no values.
fn no_name<'a>(all: impl Iterator<Item = &'a Claims>, config: &OidcConfig) -> SignInFailed {
    let mut known: Vec<&str> = all.flat_map(Map::keys).map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    let detail = format!("no {}; there are {}", config.user_claim, known.join(", "));
    SignInFailed::new(FailureKind::NoName, detail)
}

/// Returns whether the e-mail address is verified. `None` where the claim is missing; an unknown form means no.
fn email_is_verified(claims: &Claims) -> Option<bool> {
    match claims.get("email_verified")? {
        Value::Null => None,
        Value::Bool(is) => Some(*is),
        Value::String(text) => {
            let text = text.trim();
            Some(text.eq_ignore_ascii_case("true") || text == "1")
        }
        Value::Number(number) => Some(number.as_u64() == Some(1)),
        Value::Array(_) | Value::Object(_) => Some(false),
    }
}

/// Returns the groups, where the claim exists: the configured one, else `groups`, else `roles`.
fn groups(claims: &Claims, config: &OidcConfig) -> Option<Vec<String>> {
    match &config.groups_claim {
        Some(name) => group_names(find(claims, name)?),
        None => ["groups", "roles"]
            .iter()
            .find_map(|name| group_names(claims.get(*name)?)),
    }
}

/// Reads a list of names, one name, or an object with the names as keys (as Zitadel writes roles).
fn group_names(value: &Value) -> Option<Vec<String>> {
    let names: Vec<&str> = match value {
        Value::Null => return None,
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::Object(all) if all.values().all(Value::is_object) => {
            all.keys().map(String::as_str).collect()
        }
        Value::Object(_) | Value::Bool(_) | Value::Number(_) => Vec::new(),
    };
    let names = names.into_iter().map(str::trim);
    Some(
        names
            .filter(|name| (1..=LONGEST_GROUP).contains(&name.len()))
            .filter(|name| !name.chars().any(char::is_control))
            .take(MOST_GROUPS)
            .map(str::to_owned)
            .collect(),
    )
}

/// Returns the claim of this name. Dots lead into objects (`realm_access.roles`).
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::issuer_url::IssuerUrl, *};

    fn config() -> OidcConfig {
        OidcConfig::new(IssuerUrl::parse("https://id.example").unwrap(), "us")
    }

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(claims) => claims,
            _ => unreachable!(),
        }
    }

    fn of(value: Value, config: &OidcConfig) -> Result<User, FailureKind> {
        user(&claims(value), None, config).map_err(|failed| failed.kind())
    }

    #[test]
    fn false_anywhere_wins_in_every_form() {
        let with = |verified: Value| json!({"email": "a@x", "email_verified": verified});
        for yes in [
            json!(true),
            json!("true"),
            json!("True"),
            json!(1),
            json!("1"),
            json!(null),
        ] {
            assert!(of(with(yes.clone()), &config()).is_ok(), "{yes}");
        }
        for no in [
            json!(false),
            json!("false"),
            json!("no"),
            json!(""),
            json!(0),
            json!([]),
            json!({}),
        ] {
            assert_eq!(
                of(with(no.clone()), &config()),
                Err(FailureKind::UnverifiedEmail),
                "{no}"
            );
            let silent = claims(json!({"sub": "1", "email": "a@x"}));
            let said = claims(with(no.clone()));
            for (token, asked) in [(&said, &silent), (&silent, &said)] {
                let failed = user(token, Some(asked), &config()).unwrap_err();
                assert_eq!(failed.kind(), FailureKind::UnverifiedEmail, "{no}");
            }
        }
        let mut by_name = config();
        by_name.user_claim = "preferred_username".to_owned();
        let vera = json!({"preferred_username": "Vera", "email_verified": false});
        assert_eq!(of(vera, &by_name).unwrap().name.as_str(), "vera");
    }

    #[test]
    fn groups_in_every_form() {
        let groups = |claim: Option<&str>, value: Value| {
            let mut config = config();
            config.groups_claim = claim.map(str::to_owned);
            let mut all = claims(value);
            all.insert("email".to_owned(), json!("a@x"));
            user(&all, None, &config).unwrap().groups
        };
        assert_eq!(groups(None, json!({"groups": "ops"})), ["ops"]);
        assert_eq!(
            groups(None, json!({"groups": ["ops", 7, " dev "]})),
            ["ops", "dev"]
        );
        assert_eq!(groups(None, json!({"roles": ["ops"]})), ["ops"]);
        assert_eq!(
            groups(None, json!({"groups": ["a"], "roles": ["b"]})),
            ["a"]
        );
        assert_eq!(
            groups(None, json!({"groups": [], "roles": ["b"]})),
            Vec::<String>::new()
        );
        assert_eq!(
            groups(None, json!({"groups": "Domain Admins"})),
            ["Domain Admins"]
        );
        assert_eq!(groups(None, json!({"groups": 7})), Vec::<String>::new());
        assert_eq!(
            groups(None, json!({"groups": "", "roles": null})),
            Vec::<String>::new()
        );
        let nested = json!({"realm_access": {"roles": ["ops"]}, "roles": ["other"]});
        assert_eq!(groups(Some("realm_access.roles"), nested), ["ops"]);
        let dotted = json!({"https://x.example/groups": ["ops"]});
        assert_eq!(groups(Some("https://x.example/groups"), dotted), ["ops"]);
        let roles = json!({"urn:zitadel:iam:org:project:roles": {"ops": {"17": "acme.example"}}});
        assert_eq!(
            groups(Some("urn:zitadel:iam:org:project:roles"), roles),
            ["ops"]
        );
        assert_eq!(
            groups(Some("groups"), json!({"roles": ["ops"]})),
            Vec::<String>::new()
        );
    }

    #[test]
    fn whoever_has_no_name_is_nobody() {
        assert_eq!(of(json!({"sub": "1"}), &config()), Err(FailureKind::NoName));
        for name in ["", " "] {
            assert_eq!(
                of(json!({"email": name}), &config()),
                Err(FailureKind::NoName)
            );
        }
        assert_eq!(
            of(json!({"email": "a\u{200b}@x"}), &config()),
            Err(FailureKind::InvalidName)
        );
        let failed = user(
            &claims(json!({"sub": "s3cr3t", "upn": "s3cr3t"})),
            None,
            &config(),
        );
        assert_eq!(
            failed.unwrap_err().detail(),
            Some("no email; there are sub, upn")
        );
    }
}
