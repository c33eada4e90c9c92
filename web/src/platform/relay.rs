//! Requests to the relay of the page's own host beside the provider's API: signing in and out, and approvals. The
//! page's session goes along, to that host only.

use countermand_relay_api::ErrorMessage;
use http::{Method, header::CONTENT_TYPE};
use serde::Serialize;

use super::{
    backend::{self, Session},
    early,
    site::{NoAnswer, request},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

impl Answer {
    /// Returns whether the request was done.
    pub fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns the message of an error, in whichever form it came.
    pub fn message(&self) -> Option<String> {
        let error: ErrorMessage = serde_json::from_str(&self.text).ok()?;
        error.into_text()
    }
}

/// Reads what is at `path`, which is relative to the page's folder.
///
/// # Errors
/// When no answer comes.
pub async fn get(path: &str) -> Result<Answer, NoAnswer> {
    send(Method::GET, path, Vec::new()).await
}

/// Returns the text of a file beside the page that differs by who asks for it, where there is one.
///
/// # Errors
/// When no answer comes.
pub async fn file(name: &str) -> Result<Option<String>, NoAnswer> {
    if let Some(answer) = early::answer(name).await {
        return answer;
    }
    let answer = get(name).await?;
    Ok(answer.is_good().then_some(answer.text))
}

/// Sends `body` as JSON to `path`.
///
/// # Errors
/// When no answer comes. The request may have arrived all the same.
pub async fn post(path: &str, body: &impl Serialize) -> Result<Answer, NoAnswer> {
    let body = serde_json::to_vec(body).map_err(|_| NoAnswer)?;
    send(Method::POST, path, body).await
}

/// Sends nothing to `path` but the request itself.
///
/// # Errors
/// As [`post`].
pub async fn post_empty(path: &str) -> Result<Answer, NoAnswer> {
    send(Method::POST, path, Vec::new()).await
}

async fn send(method: Method, path: &str, body: Vec<u8>) -> Result<Answer, NoAnswer> {
    let mut request = request(method, path)?;
    if !body.is_empty() {
        let json = http::HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
    }
    *request.body_mut() = body.into();
    let answer = backend::send(request, Session::Sent).await;
    let answer = answer.map_err(|_| NoAnswer)?;
    Ok(Answer {
        status: answer.status().as_u16(),
        text: String::from_utf8_lossy(answer.body()).into_owned(),
    })
}
