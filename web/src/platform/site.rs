//! Requests that are none of a vendor's API: the page's own host, and asking whether a host is there.

use countermand_console::connection_check::Probe;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Request, RequestCache, RequestCredentials, RequestInit, RequestMode, Response, UrlSearchParams,
};

use super::policy;

fn options(mode: RequestMode) -> RequestInit {
    let options = RequestInit::new();
    options.set_mode(mode);
    options.set_credentials(RequestCredentials::Omit);
    options.set_cache(RequestCache::NoStore);
    options
}

/// No answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

async fn fetch(url: &str, mode: RequestMode) -> Option<Response> {
    let request = Request::new_with_str_and_init(url, &options(mode)).ok()?;
    let answer = JsFuture::from(super::window()?.fetch_with_request(&request))
        .await
        .ok()?;
    answer.dyn_into().ok()
}

/// The text of a file beside the page; none where there is none.
///
/// # Errors
/// When the page's host does not answer.
pub async fn file(name: &str) -> Result<Option<String>, NoAnswer> {
    let response = fetch(name, RequestMode::SameOrigin).await.ok_or(NoAnswer)?;
    if !response.ok() {
        return Ok(None);
    }
    let text = JsFuture::from(response.text().map_err(|_| NoAnswer)?);
    Ok(text.await.map_err(|_| NoAnswer)?.as_string())
}

/// The text of a file beside the page that differs by who asks for it: the page's session goes along.
///
/// # Errors
/// When the page's host does not answer.
pub async fn file_for_me(name: &str) -> Result<Option<String>, NoAnswer> {
    let answer = super::relay::get(name).await?;
    Ok(answer.is_good().then_some(answer.text))
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
    let response = fetch("connections.json", RequestMode::SameOrigin).await?;
    let said = response.headers().get("date").ok()??;
    let there = js_sys::Date::parse(&said);
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
    let answers = fetch(url, RequestMode::NoCors).await.is_some();
    // The browser reports what its policy refused after the request has failed.
    if !answers {
        next_task().await;
    }
    match (policy::has_blocked(origin), answers) {
        (true, _) => Probe::Blocked,
        (false, true) => Probe::Answers,
        (false, false) => Probe::Silent,
    }
}

/// Lets the browser do what it has in its queue.
async fn next_task() {
    let waiting = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = super::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 50);
        }
    });
    let _ = JsFuture::from(waiting).await;
}
