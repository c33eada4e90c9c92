//! Signing in and out.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use countermand_relay_api::SignInRequest;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
    request::Parts,
};

use crate::{
    access::{
        Arrival, Arrived, NewSession, NotAccepted, NotLetIn, PATIENCE, PersonName, SignIn,
        SignInFailed, StaticToken, Unauthenticated, User, peer, presented_one,
    },
    audit::Entry,
    context::RelayContext,
    provider::Query,
    request_body,
    response::{self, Refusal, html, plain},
};

/// The largest body: a token.
const LARGEST_BODY: usize = 4 << 10;

/// How long the response to a wrong token is delayed, against guessing.
const AFTER_A_WRONG_ONE: Duration = Duration::from_millis(300);

/// Answers `GET /launch?token=...`: opens a session with a one-time link.
pub(crate) async fn launch(
    context: &Arc<RelayContext>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let access = context.policy.now();
    let SignIn::Launch(links) = &access.sign_in else {
        return Err(Refusal::NotFound);
    };
    // Not HEAD: a link preview would use the link up.
    only(&parts, Method::GET, "GET")?;
    let token = Query::read(parts.uri.query()).and_then(|mut query| query.take("token"));
    let token = token.unwrap_or_default();
    // The person who used this link before may follow it again; nobody else.
    if links.was_used(&token) && context.authenticate(&parts).await.is_ok() {
        return Ok(see_other("/", &[]));
    }
    // Where another site leads here, the browser withholds the session cookie; this page makes it send it.
    if links.was_used(&token) && comes_from_elsewhere(&parts.headers) {
        return Ok(html(format!(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=/launch?token={token}\">"
        )));
    }
    if !is_a_visit(&parts.headers) {
        return Ok(plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "This link is opened by whoever follows it, and not by looking ahead.",
        ));
    }
    let redeem = || match links.redeem(&token) {
        true => Ok(()),
        false => Err(()),
    };
    match context.limit.compare(peer(&parts.extensions), redeem).await {
        Ok(()) => {
            let new = NewSession::of(User::named(PersonName::local()));
            return enter(context, new, None).await;
        }
        Err(NotAccepted::Limited(wait)) => return Ok(too_many(context, &parts, wait).await.page()),
        Err(NotAccepted::Wrong(())) => context.sign_in_failed(&parts, "unknown_link", None).await,
    }
    Ok(plain(
        StatusCode::FORBIDDEN,
        "This link was used before, or is not the newest one. The newest one stands where countermand serve runs.",
    ))
}

/// Answers `GET /relay/sign-in`, which leads to the issuer, and `POST /relay/sign-in`, which presents a token.
pub(crate) async fn sign_in(
    context: &Arc<RelayContext>,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refusal> {
    let access = context.policy.now();
    match &access.sign_in {
        SignIn::Oidc(_) => {
            only(parts, Method::GET, "GET")?;
            depart(context, parts).await
        }
        SignIn::Tokens(tokens) => {
            only(parts, Method::POST, "POST")?;
            let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
            let SignInRequest { token } = serde_json::from_slice(&bytes)
                .map_err(|_| Refusal::Malformed("The body must be {\"token\":\"...\"}."))?;
            let peer = peer(&parts.extensions);
            if let Err(wait) = context.limit.check(peer).await {
                return Err(too_many(context, parts, wait).await);
            }
            let compare = || presented_one(tokens, token.trim(), context.timer.now());
            let presented = context.limit.compare(peer, compare).await;
            sign_in_by_token(context, parts, presented).await
        }
        SignIn::Launch(_) | SignIn::Proxy(_) => Err(Refusal::NotFound),
    }
}

async fn sign_in_by_token(
    context: &Arc<RelayContext>,
    parts: &Parts,
    token: Result<&StaticToken, NotAccepted<NotLetIn>>,
) -> Result<Response, Refusal> {
    let token = match token {
        Ok(token) => token,
        Err(NotAccepted::Limited(wait)) => return Err(too_many(context, parts, wait).await),
        Err(NotAccepted::Wrong(why)) => {
            context.sign_in_failed(parts, why, None).await;
            tokio::time::sleep(AFTER_A_WRONG_ONE).await;
            return Ok(response::refused(
                StatusCode::FORBIDDEN,
                "This token is not known here.",
            ));
        }
    };
    let new = NewSession {
        by: Some(token),
        ..NewSession::of(User::named(token.name().clone()))
    };
    let mut response = enter(context, new, None).await?;
    if response.status() == StatusCode::SEE_OTHER {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().remove(LOCATION);
    }
    Ok(response)
}

/// Records that a credential was not compared, and returns how that is said.
async fn too_many(context: &Arc<RelayContext>, parts: &Parts, wait: Duration) -> Refusal {
    context.refuse(parts, Unauthenticated::Limited(wait)).await
}

/// Answers `GET /relay/signed-in?code=...&state=...`: a browser comes back from the issuer.
pub(crate) async fn signed_in(
    context: &Arc<RelayContext>,
    parts: &Parts,
) -> Result<Response, Refusal> {
    let oidc = context.oidc.as_ref().ok_or(Refusal::NotFound)?;
    only(parts, Method::GET, "GET")?;
    let peer = peer(&parts.extensions);
    if let Err(wait) = context.limit.check(peer).await {
        return Ok(too_many(context, parts, wait).await.page());
    }
    let mut query = query(parts);
    let arrival = Arrival {
        state: query("state"),
        code: query("code"),
        issuer: query("iss"),
        error: query("error"),
    };
    let attempt = context.cookies.attempt(&parts.headers);
    match oidc.arrive(attempt, &arrival).await {
        Ok(Arrived { user, at_issuer }) => {
            let new = NewSession {
                at_issuer: Some(at_issuer),
                longest: oidc.longest_session(),
                ..NewSession::of(user)
            };
            enter(context, new, Some(context.cookies.clear_attempt())).await
        }
        Err(failed) => {
            if failed.kind().may_be_a_guess() {
                context.limit.failed(peer);
            }
            Ok(refused(context, parts, &failed).await)
        }
    }
}

/// Returns the parameters of a query of the issuer, in the form encoding, where a plus is a space.
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

async fn depart(context: &Arc<RelayContext>, parts: &Parts) -> Result<Response, Refusal> {
    let oidc = context.oidc.as_ref().ok_or(Refusal::NotFound)?;
    Ok(match oidc.depart().await {
        Ok(departure) => {
            let cookie = context
                .cookies
                .set_attempt(&departure.token, PATIENCE.as_secs());
            see_other(&departure.location, &[cookie])
        }
        Err(failed) => refused(context, parts, &failed).await,
    })
}

async fn refused(context: &Arc<RelayContext>, parts: &Parts, failed: &SignInFailed) -> Response {
    let kind = failed.kind();
    context
        .sign_in_failed(parts, kind.as_str(), failed.detail())
        .await;
    let status = match kind.is_of_the_issuer() {
        true => StatusCode::BAD_GATEWAY,
        false => StatusCode::FORBIDDEN,
    };
    plain(status, kind.to_string())
}

/// Returns whether a page of another site leads here.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| matches!(site.as_bytes(), b"cross-site" | b"same-site"))
}

/// Returns whether a person follows the link. Prefetching, frames and scripts say in headers that they are no visit.
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

/// Answers `POST /relay/sign-out`: ends the session.
pub(crate) async fn sign_out(
    context: &Arc<RelayContext>,
    parts: &Parts,
) -> Result<Response, Refusal> {
    only(parts, Method::POST, "POST")?;
    let closed = match context.cookies.session(&parts.headers) {
        Some(token) => context.sessions.close(token).await,
        None => Ok(None),
    };
    if let Some(user) = closed.map_err(|_| Refusal::Store)? {
        let who = user.name.to_string();
        // It is closed whether or not the audit can be written.
        let _ = context.audit.write(&Entry::SignedOut { who }).await;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookies(&mut response, &[context.cookies.clear_session()]);
    Ok(response)
}

/// Checks the method of a request.
pub(super) fn only(parts: &Parts, allowed: Method, name: &'static str) -> Result<(), Refusal> {
    match parts.method == allowed {
        true => Ok(()),
        false => Err(Refusal::Method(name)),
    }
}

/// Opens a session and leads to the page, with a cookie beside the session's.
async fn enter(
    context: &Arc<RelayContext>,
    new: NewSession<'_>,
    cookie: Option<String>,
) -> Result<Response, Refusal> {
    let entry = Entry::SignedIn {
        who: new.user.name.to_string(),
        way: context.policy.now().sign_in.method().as_str().to_owned(),
    };
    let written = context.audit.write(&entry).await;
    written.map_err(|_| Refusal::Audit)?;
    Ok(match context.sessions.open(new).await {
        Ok(token) => {
            let mut cookies = vec![context.cookies.set_session(&token)];
            cookies.extend(cookie);
            see_other("/", &cookies)
        }
        Err(_) => plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "No session can be opened just now.",
        ),
    })
}

fn see_other(location: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
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
