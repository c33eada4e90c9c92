//! Checks the claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6).

use std::time::Duration;

use countermand_core_model::Timestamp;
use serde_json::{Map, Value};

use super::id_token::{SKEW_SECONDS, audience, number, seconds, subject};

/// The member of `events` that makes a token one of logout.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How old a token may be.
const FRESH_SECONDS: f64 = 300.0;

/// How long tokens have to be remembered, so that none is used twice: longer than one may be used.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What an issuer orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logout {
    /// The id of the token.
    pub(crate) jti: String,
    /// Whose sessions end.
    pub(crate) subject: Option<String>,
    /// Which of the issuer's sessions ends.
    pub(crate) session: Option<String>,
}

/// Reads the claims of a token with a valid signature.
///
/// # Errors
/// Says what is wrong with them.
pub(super) fn read(
    claims: &Map<String, Value>,
    issuer: &str,
    client_id: &str,
    now: Timestamp,
) -> Result<Logout, &'static str> {
    let text = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err("The logout token comes from another issuer (iss).");
    }
    if !audience(claims).contains(&client_id) {
        return Err("The logout token is not meant for this server (aud).");
    }
    let time = |name: &str| number(claims, name).ok().flatten();
    let now = seconds(now);
    let issued = time("iat").ok_or("The logout token does not say when it was issued (iat).")?;
    if issued > now + SKEW_SECONDS {
        return Err("The logout token is from the future (iat): a clock is wrong.");
    }
    if issued < now - FRESH_SECONDS {
        return Err("The logout token was issued more than five minutes ago (iat).");
    }
    let expires = time("exp").ok_or("The logout token does not say when it expires (exp).")?;
    if expires <= now {
        return Err("The logout token has expired (exp).");
    }
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err("The token is not one of logout (events).");
    }
    // An identity token has one, and must not end sessions.
    if claims.contains_key("nonce") {
        return Err("A logout token has no nonce.");
    }
    let logout = Logout {
        jti: text("jti").ok_or("The logout token has no id (jti).")?,
        subject: subject(claims),
        session: text("sid"),
    };
    match (&logout.subject, &logout.session) {
        (None, None) => Err("The logout token names neither a person (sub) nor a session (sid)."),
        _ => Ok(logout),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_with(change: impl FnOnce(&mut Value)) -> Result<Logout, &'static str> {
        let mut claims = json!({
            "iss": "https://id.example", "aud": ["us", "them"], "iat": 1_000, "exp": 1_100, "jti": "j", "sub": "1",
            "sid": "s", "events": {EVENT: {}},
        });
        change(&mut claims);
        let now = Timestamp::from_millis(1_000_500).unwrap();
        read(claims.as_object().unwrap(), "https://id.example", "us", now)
    }

    #[test]
    fn whoever_is_named_is_meant() {
        let logout = read_with(|_| ()).unwrap();
        assert_eq!(logout.subject.as_deref(), Some("1"));
        assert_eq!(logout.session.as_deref(), Some("s"));
        let of = |name: &str| read_with(|claims| claims[name] = Value::Null).unwrap();
        assert_eq!(of("sid").session, None);
        assert_eq!(of("sub").subject, None);
        assert!(read_with(|claims| claims["iat"] = json!(701)).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let events = |events: Value| move |claims: &mut Value| claims["events"] = events;
        let set = |name: &'static str, value: Value| {
            let change = move |claims: &mut Value| claims[name] = value;
            (name, read_with(change))
        };
        for (name, read) in [
            set("iss", json!("https://evil.example")),
            set("aud", json!("them")),
            set("aud", Value::Null),
            set("iat", json!(700)),
            set("iat", json!(1_121)),
            set("iat", json!("yesterday")),
            set("iat", Value::Null),
            set("exp", json!(1_000)),
            set("exp", Value::Null),
            set("jti", json!("")),
            set("jti", json!(1)),
        ] {
            assert!(read.unwrap_err().contains(&format!("({name})")), "{name}");
        }
        for wrong in [
            json!({}),
            json!({EVENT: null}),
            json!([EVENT]),
            json!(EVENT),
        ] {
            assert!(read_with(events(wrong)).unwrap_err().contains("(events)"));
        }
        assert!(set("nonce", json!("n")).1.unwrap_err().contains("nonce"));
        assert!(set("nonce", Value::Null).1.is_err(), "whatever it is");
        let nobody = read_with(|claims| {
            claims["sub"] = Value::Null;
            claims["sid"] = Value::Null;
        });
        assert!(nobody.unwrap_err().contains("(sub)"));
    }
}
