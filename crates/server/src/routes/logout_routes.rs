//! The issuer ends sessions (OpenID Connect Back-Channel Logout 1.0).

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header::CACHE_CONTROL, request::Parts};
use openidconnect::url::form_urlencoded;
use serde_json::json;

use super::sign_in_routes::only;
use crate::{
    access::LogoutRefused,
    audit::Entry,
    context::RelayContext,
    request_body,
    response::{Refusal, json},
};

/// The largest body: a token.
const LARGEST_BODY: usize = 64 << 10;

/// The kind of failure in logs and in the audit.
const REFUSED: &str = "logout_refused";

/// Answers `POST /relay/back-channel-logout`: 200 where every session that the token names is over.
pub(crate) async fn back_channel_logout(
    context: &Arc<RelayContext>,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refusal> {
    let oidc = context.oidc.as_ref().ok_or(Refusal::NotFound)?;
    only(parts, Method::POST, "POST")?;
    let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
    let Some(token) = logout_token(&bytes) else {
        let why = "The body must be a form with one logout_token.";
        return Ok(refused(context, parts, why).await);
    };
    let logout = match oidc.logout(&token).await {
        Ok(logout) => logout,
        Err(LogoutRefused::Token(why)) => return Ok(refused(context, parts, why).await),
        Err(LogoutRefused::Keys(failed)) => {
            let (kind, detail) = (failed.kind().as_str(), failed.detail());
            context.sign_in_failed(parts, kind, detail).await;
            return Err(Refusal::Issuer);
        }
    };
    let ended = context.sessions.log_out(&logout).await;
    let Some(ended) = ended.map_err(|_| Refusal::Store)? else {
        let why = "The logout token was used before (jti).";
        return Ok(refused(context, parts, why).await);
    };
    for session in ended {
        let entry = Entry::SessionEnded {
            session: session.id(),
            who: session.person,
            by: Some("issuer".to_owned()),
        };
        // It is over whether or not the audit can be written.
        let _ = context.audit.write(&entry).await;
    }
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::OK, headers).into_response())
}

/// Returns the one token in a form.
fn logout_token(body: &[u8]) -> Option<String> {
    let mut tokens = form_urlencoded::parse(body).filter(|(name, _)| name == "logout_token");
    match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) => Some(token.into_owned()),
        _ => None,
    }
}

async fn refused(context: &Arc<RelayContext>, parts: &Parts, why: &'static str) -> Response {
    context.sign_in_failed(parts, REFUSED, Some(why)).await;
    // The form of OAuth's errors.
    let body = json!({"error": "invalid_request", "error_description": why});
    json(StatusCode::BAD_REQUEST, &body)
}
