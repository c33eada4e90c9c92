//! Requests that are none of a provider's API: to the page's own host, and whether another host is there at all.

use bytes::Bytes;
use countermand_console::connection_check::Probe;
use countermand_relay_api::route;
use countermand_transport::TransportErrorKind;
use http::{Method, Request, Response, header::DATE};
use web_sys::UrlSearchParams;

pub use super::early::NoAnswer;
use super::{
    backend::{self, Session},
    early, policy,
};

/// Makes a request to `path`, which is relative to the page's folder.
pub(super) fn request(method: Method, path: &str) -> Result<Request<Bytes>, NoAnswer> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", folder()));
    request.body(Bytes::new()).map_err(|_| NoAnswer)
}

/// Reads a file beside the page. Where the host leads elsewhere, there is none.
async fn read(name: &str) -> Result<Option<Response<Bytes>>, NoAnswer> {
    match backend::send(request(Method::GET, name)?, Session::Omitted).await {
        Ok(response) => Ok(Some(response)),
        Err(error) if error.kind() == TransportErrorKind::Redirected => Ok(None),
        Err(_) => Err(NoAnswer),
    }
}

/// Returns the text of a file beside the page, where there is one.
///
/// # Errors
/// When the page's host does not answer.
pub async fn file(name: &str) -> Result<Option<String>, NoAnswer> {
    if let Some(answer) = early::answer(name).await {
        return answer;
    }
    let found = read(name).await?;
    let found = found.filter(|response| response.status().is_success());
    Ok(found.map(|response| String::from_utf8_lossy(response.body()).into_owned()))
}

/// The address of the page's folder.
pub fn folder() -> String {
    let here = super::window().and_then(|window| window.location().href().ok());
    here.and_then(|here| web_sys::Url::new_with_base("./", &here).ok())
        .map(|folder| folder.href())
        .unwrap_or_default()
}

/// The page's own origin.
pub fn origin() -> String {
    super::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// By how many milliseconds this computer's clock is ahead of the page's host's, as far as that says the
/// time. A host on this very computer has the same clock.
pub async fn clock_ahead() -> Option<i64> {
    let response = read(route::CONNECTIONS).await.ok()??;
    let said = response.headers().get(DATE)?.to_str().ok()?;
    let there = js_sys::Date::parse(said);
    (!there.is_nan()).then(|| (js_sys::Date::now() - there) as i64)
}

/// What the address says of `name`, behind its `#`: that part is never sent to a server.
pub fn in_address(name: &str) -> Option<String> {
    let hash = super::window()?.location().hash().ok()?;
    UrlSearchParams::new_with_str(hash.trim_start_matches('#'))
        .ok()?
        .get(name)
}

/// Is somebody at `url`, whether or not this page may read the answer? No key goes along.
pub async fn probe(url: &str, origin: &str) -> Probe {
    if policy::has_blocked(origin) {
        return Probe::Blocked;
    }
    let answers = backend::answers(url).await;
    // The browser reports what its policy refused after the request has failed.
    if !answers {
        policy::next_task().await;
    }
    match (policy::has_blocked(origin), answers) {
        (true, _) => Probe::Blocked,
        (false, true) => Probe::Answers,
        (false, false) => Probe::Silent,
    }
}
