//! One tab at a time writes a journal: a lock of the browser's, held as long as the run goes on.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

const PREFIX: &str = "countermand journal ";

/// A lock that is held until this is dropped, or the page is gone.
#[derive(Debug)]
pub struct Held {
    let_go: Function,
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.let_go.call0(&JsValue::UNDEFINED);
    }
}

fn manager() -> Option<JsValue> {
    let navigator = super::super::window()?.navigator();
    Reflect::get(&navigator, &"locks".into())
        .ok()
        .filter(JsValue::is_object)
}

/// Returns whether this browser has locks.
pub(super) fn are_there() -> bool {
    manager().is_some()
}

fn call(manager: &JsValue, method: &str, arguments: &Array) -> Option<Promise> {
    let method: Function = Reflect::get(manager, &method.into())
        .ok()?
        .dyn_into()
        .ok()?;
    method.apply(manager, arguments).ok()?.dyn_into().ok()
}

/// Takes the lock of this run's journal; none where another tab has it, or this one has already.
pub async fn hold(run: &str) -> Option<Held> {
    let manager = manager()?;
    let mut let_go = None;
    let until = Promise::new(&mut |done, _| let_go = Some(done));
    let let_go = let_go?;
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"exclusive".into()).ok()?;
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    // Told with a lock, or with null where it is not to be had.
    let mut tell = None;
    let told = Promise::new(&mut |done, _| tell = Some(done));
    let tell = tell?;
    let refused = tell.clone();
    let taken = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let is_held = !lock.is_null() && !lock.is_undefined();
        let _ = tell.call1(&JsValue::UNDEFINED, &JsValue::from_bool(is_held));
        if is_held {
            until.into()
        } else {
            JsValue::UNDEFINED
        }
    });
    let name = JsValue::from_str(&format!("{PREFIX}{run}"));
    let asked = call(&manager, "request", &Array::of3(&name, &options, &taken))?;
    leptos::task::spawn_local(async move {
        // Refused as a whole, the callback is never called.
        if JsFuture::from(asked).await.is_err() {
            let _ = refused.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
        }
    });
    let is_held = JsFuture::from(told).await.ok()?.is_truthy();
    is_held.then_some(Held { let_go })
}

/// The runs whose journals are being written now, by this tab or another.
pub async fn held_names() -> Vec<String> {
    let Some(asked) = manager().and_then(|manager| call(&manager, "query", &Array::new())) else {
        return Vec::new();
    };
    let Ok(snapshot) = JsFuture::from(asked).await else {
        return Vec::new();
    };
    let held = Reflect::get(&snapshot, &"held".into()).unwrap_or(JsValue::UNDEFINED);
    if !Array::is_array(&held) {
        return Vec::new();
    }
    Array::from(&held)
        .iter()
        .filter_map(|lock| {
            let name = Reflect::get(&lock, &"name".into()).ok()?.as_string()?;
            Some(name.strip_prefix(PREFIX)?.to_owned())
        })
        .collect()
}
