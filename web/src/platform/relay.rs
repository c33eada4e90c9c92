//! What is asked of the relay of the page's own host beside the vendor's API: signing in and out, and
//! approvals. The page's session goes along, to that host only.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Headers, Request, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect,
    Response,
};

use super::site::NoAnswer;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

impl Answer {
    /// Did it do what it was asked to?
    pub fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// What it says, in the form of either vendor's errors or as it is said by the relay alone.
    pub fn message(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.text).ok()?;
        let own = ["message", "msg"].iter().find_map(|name| body.get(name));
        let own = own.or_else(|| body.get("error")?.get("message"));
        own.and_then(|said| said.as_str()).map(str::to_owned)
    }
}

/// Reads what is at `path`, which is relative to the page's folder.
///
/// # Errors
/// When no answer comes.
pub async fn get(path: &str) -> Result<Answer, NoAnswer> {
    ask("GET", path, None).await
}

/// Sends `body`, which is JSON, to `path`.
///
/// # Errors
/// When no answer comes: it may have arrived all the same.
pub async fn post(path: &str, body: Option<&str>) -> Result<Answer, NoAnswer> {
    ask("POST", path, body).await
}

async fn ask(method: &str, path: &str, body: Option<&str>) -> Result<Answer, NoAnswer> {
    let options = RequestInit::new();
    options.set_method(method);
    // Not "same-origin": with a page that sends no referrer, that mode names no origin either, and the
    // relay wants to know it.
    options.set_mode(RequestMode::Cors);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_cache(RequestCache::NoStore);
    options.set_redirect(RequestRedirect::Error);
    if let Some(body) = body {
        let headers = Headers::new().map_err(|_| NoAnswer)?;
        let set = headers.set("content-type", "application/json");
        set.map_err(|_| NoAnswer)?;
        options.set_headers(&headers);
        options.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(path, &options).map_err(|_| NoAnswer)?;
    let window = super::window().ok_or(NoAnswer)?;
    let answer = JsFuture::from(window.fetch_with_request(&request)).await;
    let answer: Response = answer
        .ok()
        .and_then(|answer| answer.dyn_into().ok())
        .ok_or(NoAnswer)?;
    let text = JsFuture::from(answer.text().map_err(|_| NoAnswer)?).await;
    Ok(Answer {
        status: answer.status(),
        text: text
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default(),
    })
}
