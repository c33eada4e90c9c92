//! Replaces the browser's `fetch` until it is dropped.

use bytes::Bytes;
use http::Request;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsValue;

pub(crate) struct Stub {
    original: JsValue,
    seen: Object,
}

impl Stub {
    /// `body` is that of an asynchronous function; it has `request`, and `seen` to leave notes on.
    pub(crate) fn answering(body: &str) -> Self {
        Self::plain(&format!("return (async () => {{ {body} }})();"))
    }

    /// `body` is that of a plain function.
    pub(crate) fn plain(body: &str) -> Self {
        let seen = Object::new();
        let make = Function::new_with_args(
            "seen",
            &format!(
                "return function (request) {{ seen.calls = (seen.calls ?? 0) + 1; seen.request = request; {body} }};"
            ),
        );
        let stub = make.call1(&JsValue::UNDEFINED, &seen).unwrap();
        let global = js_sys::global();
        let original = the_browsers_own();
        Reflect::set(&global, &"fetch".into(), &stub).unwrap();
        Self { original, seen }
    }

    /// What `path`, such as `request.signal.aborted`, is by now.
    pub(crate) fn seen(&self, path: &str) -> JsValue {
        path.split('.').fold(JsValue::from(&self.seen), |of, name| {
            Reflect::get(&of, &name.into()).unwrap()
        })
    }

    pub(crate) fn text(&self, path: &str) -> String {
        self.seen(path)
            .as_string()
            .unwrap_or_else(|| panic!("{path} is no text"))
    }

    pub(crate) fn calls(&self) -> f64 {
        self.seen("calls").as_f64().unwrap_or(0.0)
    }

    pub(crate) fn aborted(&self) -> bool {
        self.seen("request.signal.aborted").as_bool().unwrap()
    }
}

/// Puts the browser's own back, which a test that failed before this one has not done.
pub(crate) fn without() {
    Reflect::set(&js_sys::global(), &"fetch".into(), &the_browsers_own()).unwrap();
}

fn the_browsers_own() -> JsValue {
    let global = js_sys::global();
    let kept = Reflect::get(&global, &"fetchBeforeTests".into()).unwrap();
    if !kept.is_undefined() {
        return kept;
    }
    let own = Reflect::get(&global, &"fetch".into()).unwrap();
    Reflect::set(&global, &"fetchBeforeTests".into(), &own).unwrap();
    own
}

impl Drop for Stub {
    fn drop(&mut self) {
        Reflect::set(&js_sys::global(), &"fetch".into(), &self.original).unwrap();
    }
}

pub(crate) fn get() -> Request<Bytes> {
    Request::get("https://vendor.example/v1/x%20y?key=hunter2&b=%25")
        .body(Bytes::new())
        .unwrap()
}

pub(crate) fn post(body: &'static [u8]) -> Request<Bytes> {
    Request::post("https://vendor.example/v1")
        .header("content-type", "application/json")
        .body(Bytes::from_static(body))
        .unwrap()
}
