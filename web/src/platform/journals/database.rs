//! The database, and waiting for what it does.

use std::cell::RefCell;

use futures_util::future::{Either, select};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::lock;
use crate::platform::clock;

const NAME: &str = "countermand";
const VERSION: u32 = 1;
/// The small records, by run.
pub(super) const RUNS: &str = "runs";
/// The journals' lines, by run and number.
pub(super) const CHUNKS: &str = "chunks";
/// A browser that has not opened it after this many milliseconds never will.
const LONGEST: f64 = 5_000.0;

thread_local! {
    /// Opened once for the page.
    static OPEN: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// Why this browser keeps nothing, in its own word ("QuotaExceededError").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    pub(super) fn word(word: &str) -> Self {
        Self(word.to_owned())
    }

    fn of(cause: &JsValue) -> Self {
        let name = cause.dyn_ref::<DomException>().map(DomException::name);
        Self(name.unwrap_or_else(|| "Error".to_owned()))
    }
}

/// Opens the database and sees that it can be written and locked.
///
/// # Errors
/// Why it cannot.
pub async fn open() -> Result<(), Refusal> {
    if !lock::are_there() {
        return Err(Refusal::word("no locks"));
    }
    database().await?;
    // Full, or only to be read: that shows when something is written.
    let probe = JsValue::from_str("probe");
    let written = transaction(RUNS, true, true).await?;
    let store = written.object_store(RUNS).map_err(|e| Refusal::of(&e))?;
    store
        .put_with_key(&JsValue::from_str(&" ".repeat(4_096)), &probe)
        .map_err(|e| Refusal::of(&e))?;
    store.delete(&probe).map_err(|e| Refusal::of(&e))?;
    complete(&written).await
}

async fn database() -> Result<IdbDatabase, Refusal> {
    if let Some(database) = OPEN.with_borrow(Clone::clone) {
        return Ok(database);
    }
    let factory = super::super::window()
        .and_then(|window| window.indexed_db().ok().flatten())
        .ok_or_else(|| Refusal::word("no IndexedDB"))?;
    let request = factory
        .open_with_u32(NAME, VERSION)
        .map_err(|e| Refusal::of(&e))?;
    let making = {
        let request = request.clone();
        Closure::<dyn FnMut()>::new(move || {
            let made = request
                .result()
                .ok()
                .and_then(|made| made.dyn_into::<IdbDatabase>().ok());
            if let Some(database) = made {
                // What cannot be made shows when it is used.
                let _ = database.create_object_store(RUNS);
                let _ = database.create_object_store(CHUNKS);
            }
        })
    };
    request.set_onupgradeneeded(Some(making.as_ref().unchecked_ref()));
    // It may still be called after this page has given up waiting.
    making.forget();
    let opened = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
        request.set_onblocked(Some(&failed));
    });
    let too_long = Promise::new(&mut |done, _| {
        clock::after(LONGEST, move || {
            let _ = done.call0(&JsValue::UNDEFINED);
        });
    });
    match select(JsFuture::from(opened), JsFuture::from(too_long)).await {
        Either::Left((Ok(_), _)) => {}
        Either::Left((Err(_), _)) => return Err(refusal_of(&request)),
        Either::Right(_) => return Err(Refusal::word("TimeoutError")),
    }
    let database: IdbDatabase = request
        .result()
        .map_err(|e| Refusal::of(&e))?
        .dyn_into()
        .map_err(|_| Refusal::word("no IndexedDB"))?;
    let closing = {
        let database = database.clone();
        // Deleted or made anew elsewhere: this page lets go of it, and opens it again when it has to.
        Closure::<dyn FnMut()>::new(move || {
            database.close();
            OPEN.set(None);
        })
    };
    database.set_onversionchange(Some(closing.as_ref().unchecked_ref()));
    database.set_onclose(Some(closing.as_ref().unchecked_ref()));
    closing.forget();
    OPEN.set(Some(database.clone()));
    Ok(database)
}

fn refusal_of(request: &IdbOpenDbRequest) -> Refusal {
    let error = request.error().ok().flatten();
    error.map_or_else(|| Refusal::word("blocked"), |error| Refusal(error.name()))
}

/// A transaction over the records, the chunks, or both (`stores` is one name, or both parted by a comma).
pub(super) async fn transaction(
    stores: &str,
    writes: bool,
    strict: bool,
) -> Result<IdbTransaction, Refusal> {
    let names: Array = stores.split(',').map(JsValue::from_str).collect();
    let mode = if writes { "readwrite" } else { "readonly" };
    let options = Object::new();
    if strict {
        // A browser that does not know it is strict by itself.
        let _ = Reflect::set(&options, &"durability".into(), &"strict".into());
    }
    let begin = |database: &IdbDatabase| -> Result<IdbTransaction, JsValue> {
        let method: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
        method
            .call3(database, &names, &mode.into(), &options)?
            .dyn_into()
    };
    let database = database().await?;
    match begin(&database) {
        Ok(begun) => Ok(begun),
        // Closed by the browser meanwhile: once more with a new one.
        Err(_) => {
            OPEN.set(None);
            begin(&self::database().await?).map_err(|e| Refusal::of(&e))
        }
    }
}

/// Waits until everything that was ordered is durable.
pub(super) async fn complete(transaction: &IdbTransaction) -> Result<(), Refusal> {
    let completed = Promise::new(&mut |done, failed| {
        transaction.set_oncomplete(Some(&done));
        transaction.set_onabort(Some(&failed));
    });
    match JsFuture::from(completed).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or_else(
            || Refusal::word("AbortError"),
            |error| Refusal(error.name()),
        )),
    }
}

/// Waits for what a request gives.
pub(super) async fn answer(request: Result<IdbRequest, JsValue>) -> Result<JsValue, Refusal> {
    let request = request.map_err(|e| Refusal::of(&e))?;
    let answered = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    match JsFuture::from(answered).await {
        Ok(_) => request.result().map_err(|e| Refusal::of(&e)),
        Err(_) => {
            let error = request.error().ok().flatten();
            Err(error.map_or_else(|| Refusal::word("Error"), |error| Refusal(error.name())))
        }
    }
}

/// An order was not even taken.
pub(super) fn refused(cause: &JsValue) -> Refusal {
    Refusal::of(cause)
}
