//! What must hold of anything that comes to the relay: requests, cookies, tokens, and its audit read back.

#![allow(dead_code, reason = "each target uses its own")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

use std::io::BufReader;

use bytes::Bytes;
use countermand_chain::line::{Link, add};
use countermand_core_model::{
    ExposeSecret, Organization, Provider, Secret, Timestamp, redact_message,
};
use countermand_server::{
    audit::{AuditSummary, read},
    fuzzing::{Issuer, ReadCall, session_cookie},
};
use countermand_transport::BaseUrl;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header::COOKIE};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// Any bytes in place of an audit, read whole and in pieces; and the same lines, where they are JSON objects, put into
/// a chain, so that what they say is looked at as well.
pub(crate) fn audit(data: &[u8]) {
    holds_of_an_audit(data);
    let (mut chained, mut last) = (Vec::new(), Link::START);
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(mut line) = serde_json::from_slice::<Map<String, Value>>(line) {
            line.remove("prev");
            add(&mut chained, &mut last, &line).unwrap();
        }
    }
    holds_of_an_audit(&chained);
}

fn holds_of_an_audit(data: &[u8]) {
    let read_by = |pieces: usize| {
        let mut reader = read(BufReader::with_capacity(pieces, data));
        let summary = AuditSummary::of(&mut reader);
        (
            format!("{summary:?} {:?}", reader.end()),
            summary.ok().map(|summary| (summary, reader.end())),
        )
    };
    let (whole, found) = read_by(data.len().max(1));
    for pieces in [1, 7] {
        assert_eq!(read_by(pieces).0, whole);
    }
    let Some((summary, end)) = found else { return };
    let answers: u64 = summary.answers.values().sum();
    let answered_or_open = answers + summary.without_answer as u64;
    let removed = summary.removed.map_or(0, |(through, _)| through);
    match removed {
        0 => assert_eq!(summary.cancels, answered_or_open),
        // Of some, only the answer is left.
        _ => assert!(summary.cancels <= answered_or_open),
    }
    assert_eq!(summary.cancels, summary.who.values().sum::<u64>());
    assert_eq!(end.lines - removed, summary.events.values().sum::<u64>());
    assert!(summary.sealed || !end.sealed);
    // Half a line at its end counts for nothing.
    let mut torn = data[..usize::try_from(end.bytes).unwrap()].to_vec();
    torn.extend_from_slice(b"{\"prev\":");
    assert_eq!(
        AuditSummary::of(&mut read(torn.as_slice())).unwrap(),
        summary
    );
}

/// Any request: a line with the method, one with the target below a connection's, and the body.
pub(crate) fn calls(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let mut text = || std::str::from_utf8(parts.next().unwrap_or_default());
    let (Ok(method), Ok(target)) = (text(), text()) else {
        return;
    };
    let body = parts.next().unwrap_or_default();
    for (provider, org) in [(Provider::Applivery, "acme"), (Provider::Enos, "o1")] {
        let org = Organization::parse(provider, org).unwrap();
        let base = BaseUrl::parse("https://provider.example").unwrap();
        let Some(call) = ReadCall::of(&org, &base, method, target, body) else {
            continue;
        };
        let request = call.request();
        let sent = request.uri().path_and_query().unwrap().as_str();
        let again = ReadCall::of(&org, &base, request.method().as_str(), sent, request.body());
        let again = again.unwrap();
        assert_eq!(again.request().uri(), request.uri(), "{target}");
        assert_eq!(again.request().body(), request.body(), "{target}");
        assert_eq!(again.cancels(), call.cancels(), "{target} became {sent}");
        if let Some((_, command)) = call.cancels() {
            cancels_what_it_says(provider, target, command.as_deref());
            cancels_what_it_says(provider, sent, command.as_deref());
        }
    }
}

/// The command is the one that the target names; none only where the target names none in any spelling.
fn cancels_what_it_says(provider: Provider, target: &str, command: Option<&str>) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let named = match provider {
        Provider::Applivery => path.rsplit('/').nth(1).map(decoded),
        _ => query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (decoded(name) == "commandId").then(|| decoded(value))
        }),
    };
    match (command, named) {
        (Some(command), Some(named)) => assert_eq!(command, named, "{target}"),
        (None, None) => {
            let text = decoded(target).to_ascii_lowercase();
            assert!(!text.contains("commandid"), "{target}");
            assert!(!query.contains(['#', ';', '+', '?']), "{target}");
        }
        (command, named) => panic!("{command:?} was read, {named:?} is there: {target}"),
    }
}

/// Any cookies, a header field a line.
pub(crate) fn cookies(data: &[u8]) {
    let lines = data.split(|byte| *byte == b'\n');
    let values: Vec<HeaderValue> = lines
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    let mut headers = HeaderMap::new();
    for value in &values {
        headers.append(COOKIE, value.clone());
    }
    for secure in [false, true] {
        let (name, found) = session_cookie(&headers, secure);
        // As many as any reader could see, in whatever company.
        let own = format!("{name}=");
        let all: Vec<&[u8]> = values
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(own.as_bytes()))
            .filter(|value| !value.is_empty())
            .collect();
        let expected = match all.as_slice() {
            [only] => std::str::from_utf8(only).ok(),
            _ => None,
        };
        assert_eq!(found, expected);
        let mut twice = headers.clone();
        for _ in 0..=usize::from(found.is_none()) {
            twice.append(COOKIE, HeaderValue::from_str(&format!("{own}x")).unwrap());
        }
        assert_eq!(session_cookie(&twice, secure).1, None);
    }
}

/// Any answer of who gives tokens: EnOS's token service, and an issuer of OpenID Connect, which also describes itself
/// and tells about people.
pub(crate) fn tokens(data: &[u8]) {
    let response = match data {
        [a, b, body @ ..] if *a < 4 => {
            answer(200 + 100 * u16::from(*a) + u16::from(*b) % 100, body)
        }
        body => answer(200, body),
    };
    match countermand_enos::fuzzing::token(&response) {
        Ok((token, holds_for)) => {
            assert_eq!(format!("{token:?}"), format!("{:?}", Secret::from("other")));
            assert!(!token.expose_secret().is_empty());
            assert!(holds_for.is_none_or(|time| !time.is_zero()));
        }
        Err(error) => {
            let message = error.word().message.clone().unwrap_or_default();
            if message.chars().count() < 2_000 {
                assert_eq!(redact_message(&message), message);
            }
            let _ = format!("{error:?}");
        }
    }
    if let Some((id_token, _)) = Issuer::tokens(&response) {
        assert!(response.status().is_success());
        assert!(issuer().claims(&id_token).is_none(), "nobody signed it");
    }
    let body = response.body();
    let text = String::from_utf8_lossy(body);
    assert!(issuer().claims(&text).is_none(), "nobody signed it");
    let Ok(claims) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return;
    };
    let _ = Issuer::read("https://id.example", &Value::Object(claims.clone()));
    said_of_somebody(&claims);
}

fn issuer() -> Issuer {
    let document = json!({
        "issuer": "https://id.example", "authorization_endpoint": "https://id.example/a",
        "token_endpoint": "https://id.example/t", "jwks_uri": "https://id.example/k",
        "id_token_signing_alg_values_supported": ["HS256", "HS384", "HS512", "RS256", "ES256"],
    });
    Issuer::read("https://id.example", &document).unwrap()
}

/// Claims are for this client and this sign-in, and name one person who may be named so.
fn said_of_somebody(claims: &Map<String, Value>) {
    let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
    if issuer().accepts(claims, "nonce", now) {
        let audience = &claims["aud"];
        let only = audience == "us" || audience == &json!(["us"]);
        let party = claims.get("azp").filter(|party| !party.is_null());
        assert!(only || party.is_some(), "{claims:?}");
        assert!(party.is_none_or(|party| party == "us"), "{claims:?}");
        assert_eq!(
            (&claims["iss"], &claims["nonce"]),
            (&json!("https://id.example"), &json!("nonce"))
        );
    }
    let denied = Map::from_iter([
        ("email".to_owned(), json!("a@b.example")),
        ("email_verified".to_owned(), json!(false)),
    ]);
    for (token, told) in [(&denied, claims), (claims, &denied)] {
        assert!(issuer().person(token, Some(told)).is_none());
    }
    if let Some(person) = issuer().person(claims, None) {
        assert!(!person.name.is_empty() && !person.name.contains(char::is_control));
        assert!(person.groups.iter().all(|group| !group.trim().is_empty()));
    }
}

fn answer(status: u16, body: &[u8]) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}
