//! Signing in and out.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use countermand_relay_api::{ErrorBody, SignInRequest};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
    request::Parts,
};

use super::{Inner, Told, body, only};
use crate::{
    access::{
        Arrival, PATIENCE, PersonName, SignIn, SignInFailed, StaticToken, User, presented_one,
    },
    answers::Refusal,
    audit::Entry,
    calls::Query,
    console,
};

/// A token is not long.
const LARGEST_BODY: usize = 4 << 10;

/// Whoever presents a wrong token waits, so that guessing takes longer still.
const AFTER_A_WRONG_ONE: Duration = Duration::from_millis(300);

/// `GET /launch?token=...`
pub(super) async fn launch(inner: &Arc<Inner>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let access = inner.policy.now();
    let SignIn::Launch(links) = &access.sign_in else {
        return told(Refusal::NotFound.answer(None));
    };
    // Not HEAD: whoever looks at a link first would use it up.
    if let Err(refused) = only(&parts, &[Method::GET], "GET") {
        return told(*refused);
    }
    let token = Query::read(parts.uri.query()).and_then(|mut query| query.take("token"));
    let token = token.unwrap_or_default();
    // Whoever was let in by this link finds the way in again; nobody else does.
    if links.was_used(&token) && inner.user(&parts).is_some() {
        return told(see_other("/", &[]));
    }
    // A browser keeps a session's cookie to itself where another site leads here, and sends it when this page does.
    if links.was_used(&token) && comes_from_elsewhere(&parts.headers) {
        return told(console::html(&format!(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=/launch?token={token}\">"
        )));
    }
    if !is_a_visit(&parts.headers) {
        return told(console::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "This link is opened by whoever follows it, and not by looking ahead.",
        ));
    }
    if links.redeem(&token) {
        return enter(inner, Entering::new(User::named(PersonName::local()))).await;
    }
    inner.sign_in_failed(&parts, "unknown_link", None).await;
    told(console::plain(
        StatusCode::FORBIDDEN,
        "This link was used before, or is not the newest one. The newest one stands where countermand serve runs.",
    ))
}

/// `GET /relay/sign-in` goes to the issuer; `POST /relay/sign-in` presents a token.
pub(super) async fn sign_in(inner: &Arc<Inner>, parts: &Parts, body: Body) -> Response {
    let access = inner.policy.now();
    match &access.sign_in {
        SignIn::Oidc(_) => {
            if let Err(refused) = only(parts, &[Method::GET], "GET") {
                return told(*refused);
            }
            depart(inner, parts).await
        }
        SignIn::Tokens(tokens) => {
            if let Err(refused) = only(parts, &[Method::POST], "POST") {
                return told(*refused);
            }
            let presented = match body::read(&parts.headers, body, LARGEST_BODY).await {
                Ok(bytes) => serde_json::from_slice::<SignInRequest>(&bytes),
                Err(refusal) => return told(refusal.answer(None)),
            };
            let Ok(SignInRequest { token }) = presented else {
                return told(
                    Refusal::Malformed("The body must be {\"token\":\"...\"}.").answer(None),
                );
            };
            match presented_one(tokens, token.trim()) {
                Some(token) => {
                    let user = User::named(token.name().clone());
                    let entering = Entering::by_token(user, token);
                    let mut response = enter(inner, entering).await;
                    if response.status() == StatusCode::SEE_OTHER {
                        *response.status_mut() = StatusCode::NO_CONTENT;
                        response.headers_mut().remove(LOCATION);
                    }
                    response
                }
                None => {
                    inner.sign_in_failed(parts, "unknown_token", None).await;
                    tokio::time::sleep(AFTER_A_WRONG_ONE).await;
                    told(crate::answers::json_answer(
                        StatusCode::FORBIDDEN,
                        &ErrorBody::plain("This token is not known here."),
                    ))
                }
            }
        }
        SignIn::Launch(_) | SignIn::Proxy(_) => told(Refusal::NotFound.answer(None)),
    }
}

/// `GET /relay/signed-in?code=...&state=...`: a browser comes back from the issuer.
pub(super) async fn signed_in(inner: &Arc<Inner>, parts: &Parts) -> Response {
    let Some(oidc) = &inner.oidc else {
        return told(Refusal::NotFound.answer(None));
    };
    if let Err(refused) = only(parts, &[Method::GET], "GET") {
        return told(*refused);
    }
    let mut query = query(parts);
    let arrival = Arrival {
        state: query("state"),
        code: query("code"),
        issuer: query("iss"),
        error: query("error"),
    };
    let attempt = inner.cookies.attempt(&parts.headers);
    match oidc.arrive(attempt, &arrival).await {
        Ok(user) => {
            let entering = Entering {
                longest: oidc.longest_session(),
                cookie: Some(inner.cookies.clear_attempt()),
                ..Entering::new(user)
            };
            enter(inner, entering).await
        }
        Err(failed) => refused(inner, parts, &failed).await,
    }
}

/// The issuer's own query: names may come with values that hold a plus.
fn query(parts: &Parts) -> impl FnMut(&str) -> Option<String> {
    let pairs: Vec<(String, String)> = openidconnect::url::form_urlencoded::parse(
        parts.uri.query().unwrap_or_default().as_bytes(),
    )
    .into_owned()
    .collect();
    move |name| {
        let mut found = pairs.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value.clone()),
            _ => None,
        }
    }
}

async fn depart(inner: &Arc<Inner>, parts: &Parts) -> Response {
    let Some(oidc) = &inner.oidc else {
        return told(Refusal::NotFound.answer(None));
    };
    match oidc.depart().await {
        Ok(departure) => {
            let cookie = inner
                .cookies
                .set_attempt(&departure.token, PATIENCE.as_secs());
            told(see_other(&departure.location, &[cookie]))
        }
        Err(failed) => refused(inner, parts, &failed).await,
    }
}

async fn refused(inner: &Arc<Inner>, parts: &Parts, failed: &SignInFailed) -> Response {
    let kind = failed.kind();
    inner
        .sign_in_failed(parts, kind.as_str(), failed.detail())
        .await;
    let status = match kind.is_of_the_issuer() {
        true => StatusCode::BAD_GATEWAY,
        false => StatusCode::FORBIDDEN,
    };
    told(console::plain(status, kind.words()))
}

/// Does a page of another site lead here?
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| matches!(site.as_bytes(), b"cross-site" | b"same-site"))
}

/// Does somebody follow the link? Browsers that look ahead say so, and what loads it into a page of its own or
/// fetches it from a script says that it is no visit.
fn is_a_visit(headers: &HeaderMap) -> bool {
    let says = |name: &str, words: &[&str]| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                let value = value.to_ascii_lowercase();
                words.iter().any(|word| value.contains(word))
            })
    };
    let is = |name: &str, expected: &str| {
        headers
            .get(name)
            .is_none_or(|value| value.as_bytes() == expected.as_bytes())
    };
    let looks_ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .any(|name| says(name, &["prefetch", "prerender", "preview"]));
    !looks_ahead && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document")
}

/// `POST /relay/sign-out`
pub(super) async fn sign_out(inner: &Arc<Inner>, parts: &Parts) -> Response {
    if let Err(refused) = only(parts, &[Method::POST], "POST") {
        return told(*refused);
    }
    let token = inner.cookies.session(&parts.headers);
    if let Some(user) = token.and_then(|token| inner.sessions.close(token)) {
        let who = user.name.to_string();
        // It is closed whether or not that can be written down.
        inner.write_wholly(Entry::SignedOut { who }).await;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    set_cookies(&mut response, &[inner.cookies.clear_session()]);
    told(response)
}

/// Somebody who comes in.
struct Entering<'a> {
    user: User,
    /// The token that they came with.
    by: Option<&'a StaticToken>,
    /// How long they stay at the most.
    longest: Option<Duration>,
    /// A cookie beside the session's.
    cookie: Option<String>,
}

impl<'a> Entering<'a> {
    fn new(user: User) -> Self {
        Self {
            user,
            by: None,
            longest: None,
            cookie: None,
        }
    }

    fn by_token(user: User, token: &'a StaticToken) -> Self {
        Self {
            by: Some(token),
            ..Self::new(user)
        }
    }
}

/// Opens a session, and shows the page.
async fn enter(inner: &Arc<Inner>, entering: Entering<'_>) -> Response {
    let entry = Entry::SignedIn {
        who: entering.user.name.to_string(),
        way: inner.policy.now().sign_in.method().as_str().to_owned(),
    };
    if !inner.write_wholly(entry).await {
        return told(Refusal::Audit.answer(None));
    }
    let opened = inner
        .sessions
        .open_by(entering.user, entering.by, entering.longest);
    match opened {
        Ok(token) => {
            let mut cookies = vec![inner.cookies.set_session(&token)];
            cookies.extend(entering.cookie);
            told(see_other("/", &cookies))
        }
        Err(_) => told(console::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "No session can be opened just now.",
        )),
    }
}

fn see_other(location: &str, cookies: &[String]) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    set_cookies(&mut response, cookies);
    response
}

fn set_cookies(response: &mut Response, cookies: &[String]) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        if let Ok(mut value) = HeaderValue::from_str(cookie) {
            value.set_sensitive(true);
            headers.append(SET_COOKIE, value);
        }
    }
}

fn told(mut response: Response) -> Response {
    response.extensions_mut().insert(Told::of("sign_in"));
    response
}
