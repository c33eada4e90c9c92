//! Checks the claims of an identity token (OpenID Connect Core 1.0, 3.1.3.7).

use countermand_core_model::Timestamp;
use serde_json::{Map, Value};

use super::failure::{FailureKind, SignInFailed};

/// How far the issuer's clock may be ahead.
pub(super) const SKEW_SECONDS: f64 = 120.0;

/// The expected values.
pub(super) struct Expected<'a> {
    /// The issuer's name for itself.
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// Of the sign-in, where there is one.
    pub(super) nonce: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// Checks the claims of a token with a valid signature, and returns whom they are about.
pub(super) fn check(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<String, SignInFailed> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        let detail = format!("iss is {:?}", text("iss").unwrap_or_default());
        return Err(SignInFailed::new(FailureKind::TokenIssuer, detail));
    }
    is_for(claims, expected.client_id)?;
    if expected.nonce.is_some() && text("nonce") != expected.nonce {
        return Err(FailureKind::Nonce.into());
    }
    let now = seconds(expected.now);
    let expires = number(claims, "exp")?
        .ok_or_else(|| SignInFailed::new(FailureKind::IdToken, "exp is missing"))?;
    if expires <= now {
        return Err(SignInFailed::new(FailureKind::Expired, "exp has passed"));
    }
    for name in ["nbf", "iat"] {
        if number(claims, name)?.is_some_and(|begins| begins > now + SKEW_SECONDS) {
            let detail = format!("{name} is to come");
            return Err(SignInFailed::new(FailureKind::Expired, detail));
        }
    }
    subject(claims).ok_or_else(|| SignInFailed::new(FailureKind::IdToken, "sub is missing"))
}

/// Returns the subject.
pub(super) fn subject(claims: &Map<String, Value>) -> Option<String> {
    match claims.get("sub")? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a time as tokens have it.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this age are exact"
)]
pub(super) fn seconds(time: Timestamp) -> f64 {
    time.as_millis() as f64 / 1000.0
}

/// Returns the clients that a token is for.
pub(super) fn audience(claims: &Map<String, Value>) -> Vec<&str> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Checks that the token is for this client, and was issued to it. A token for several clients has to name its authorized
/// party.
fn is_for(claims: &Map<String, Value>, client_id: &str) -> Result<(), SignInFailed> {
    let audience = audience(claims);
    if !audience.contains(&client_id) {
        return Err(SignInFailed::new(
            FailureKind::Audience,
            "aud does not have this client_id",
        ));
    }
    let is_for_others = audience.iter().any(|one| *one != client_id);
    match claims.get("azp") {
        Some(Value::String(party)) if party == client_id => Ok(()),
        None | Some(Value::Null) if !is_for_others => Ok(()),
        None | Some(Value::Null) => Err(SignInFailed::new(
            FailureKind::AuthorizedParty,
            "aud has several entries, and azp is missing",
        )),
        Some(_) => Err(SignInFailed::new(
            FailureKind::AuthorizedParty,
            "azp is not this client_id",
        )),
    }
}

/// Returns a number, which some issuers write as a string.
pub(super) fn number(claims: &Map<String, Value>, name: &str) -> Result<Option<f64>, SignInFailed> {
    let number = match claims.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse::<f64>().ok(),
        Some(_) => None,
    };
    match number.filter(|number| number.is_finite()) {
        Some(number) => Ok(Some(number)),
        None => Err(SignInFailed::new(
            FailureKind::IdToken,
            format!("{name} is no number"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_with(change: impl FnOnce(&mut Map<String, Value>)) -> Result<(), FailureKind> {
        let claims = json!({
            "iss": "https://id.example/", "aud": "us", "sub": "1", "nonce": "n", "iat": 900, "exp": 1100,
        });
        let Value::Object(mut claims) = claims else {
            unreachable!()
        };
        change(&mut claims);
        let expected = Expected {
            issuer: "https://id.example/",
            client_id: "us",
            nonce: Some("n"),
            now: Timestamp::from_millis(1_000_000).unwrap(),
        };
        let checked = check(&claims, &expected).map(drop);
        checked.map_err(|failed| failed.kind())
    }

    fn check_set(name: &str, value: Value) -> Result<(), FailureKind> {
        check_with(|claims| {
            claims.insert(name.to_owned(), value);
        })
    }

    #[test]
    fn each_claim_is_held_to_this_client_and_this_sign_in() {
        assert_eq!(check_with(|_| {}), Ok(()));
        for (name, value, expected) in [
            (
                "iss",
                json!("https://id.example"),
                Err(FailureKind::TokenIssuer),
            ),
            (
                "iss",
                json!("https://ID.example/"),
                Err(FailureKind::TokenIssuer),
            ),
            ("aud", json!(["us"]), Ok(())),
            ("aud", json!("them"), Err(FailureKind::Audience)),
            ("aud", json!([]), Err(FailureKind::Audience)),
            ("aud", json!({"us": 1}), Err(FailureKind::Audience)),
            ("aud", json!("us them"), Err(FailureKind::Audience)),
            ("azp", json!("us"), Ok(())),
            ("azp", json!(null), Ok(())),
            ("azp", json!("them"), Err(FailureKind::AuthorizedParty)),
            ("azp", json!(""), Err(FailureKind::AuthorizedParty)),
            ("azp", json!(["us"]), Err(FailureKind::AuthorizedParty)),
            ("nonce", json!("m"), Err(FailureKind::Nonce)),
            ("nonce", json!(null), Err(FailureKind::Nonce)),
            ("exp", json!(1000), Err(FailureKind::Expired)),
            ("exp", json!(1000.5), Ok(())),
            ("exp", json!("1100"), Ok(())),
            ("exp", json!("soon"), Err(FailureKind::IdToken)),
            ("exp", json!(null), Err(FailureKind::IdToken)),
            ("iat", json!("900"), Ok(())),
            ("iat", json!(1110), Ok(())),
            ("iat", json!(2000), Err(FailureKind::Expired)),
            ("nbf", json!(2000), Err(FailureKind::Expired)),
            ("sub", json!(""), Err(FailureKind::IdToken)),
            ("sub", json!(4711), Ok(())),
            ("updated_at", json!("2026-11-29T01:02:03.456Z"), Ok(())),
        ] {
            assert_eq!(check_set(name, value.clone()), expected, "{name} {value}");
        }
    }

    #[test]
    fn one_for_several_says_that_it_was_issued_to_this_client() {
        let several = |azp: Option<&str>| {
            check_with(|claims| {
                claims.insert("aud".to_owned(), json!(["them", "us"]));
                if let Some(azp) = azp {
                    claims.insert("azp".to_owned(), json!(azp));
                }
            })
        };
        assert_eq!(several(Some("us")), Ok(()));
        assert_eq!(several(Some("them")), Err(FailureKind::AuthorizedParty));
        assert_eq!(several(None), Err(FailureKind::AuthorizedParty));
        assert_eq!(check_set("aud", json!(["us", "us"])), Ok(()));
    }
}
