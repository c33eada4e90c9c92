//! A journal of this browser, that one tab at a time writes.

use std::sync::{Mutex, PoisonError};

use countermand_client::{JournalError, JournalErrorKind, JournalStore};
use countermand_transport::BoxFuture;

use super::database::Refusal;

/// Appends a run's lines to the browser's database. It names what it writes and holds nothing of the
/// browser's, which can stay in one thread only.
#[derive(Debug)]
pub struct BrowserJournal {
    run: String,
    place: Mutex<Place>,
}

#[derive(Debug, Default)]
struct Place {
    /// The number of the next chunk.
    next: u32,
    /// The run's record, written with the first chunk: there is no journal without one.
    record: Option<String>,
}

impl BrowserJournal {
    /// A new journal, listed by `record` as soon as its first line is durable.
    pub fn create(run: String, record: String) -> Self {
        Self {
            run,
            place: Mutex::new(Place {
                next: 0,
                record: Some(record),
            }),
        }
    }

    /// A journal that is there, to be gone on with.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn go_on(run: String) -> Result<Self, Refusal> {
        let next = super::runs::count(&run).await?;
        Ok(Self {
            run,
            place: Mutex::new(Place { next, record: None }),
        })
    }

    /// The chunk's number, and the record that goes along.
    fn take_place(&self) -> (u32, Option<String>) {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let number = place.next;
        place.next += 1;
        (number, place.record.take())
    }

    async fn write(&self, bytes: Vec<u8>) -> Result<(), JournalError> {
        let (number, record) = self.take_place();
        write(&self.run, number, &bytes, record.as_deref())
            .await
            .map_err(|refusal| {
                let what = "this browser cannot write the journal";
                JournalError::new(JournalErrorKind::System, what).because(refusal)
            })
    }
}

impl JournalStore for BrowserJournal {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.write(bytes))
    }
}

#[cfg(target_arch = "wasm32")]
async fn write(run: &str, number: u32, bytes: &[u8], record: Option<&str>) -> Result<(), Refusal> {
    use js_sys::{Array, Uint8Array};
    use wasm_bindgen::JsValue;

    use super::database::{CHUNKS, RUNS, complete, refused, transaction};

    let stores = if record.is_some() {
        "runs,chunks"
    } else {
        CHUNKS
    };
    let writing = transaction(stores, true, true).await?;
    let run = JsValue::from_str(run);
    if let Some(record) = record {
        let records = writing.object_store(RUNS).map_err(|e| refused(&e))?;
        records
            .put_with_key(&JsValue::from_str(record), &run)
            .map_err(|e| refused(&e))?;
    }
    let chunks = writing.object_store(CHUNKS).map_err(|e| refused(&e))?;
    let key = Array::of2(&run, &JsValue::from_f64(f64::from(number)));
    // Added, not put: what is there is never written over.
    chunks
        .add_with_key(&Uint8Array::from(bytes), &key)
        .map_err(|e| refused(&e))?;
    complete(&writing).await
}

#[cfg(not(target_arch = "wasm32"))]
async fn write(_: &str, _: u32, _: &[u8], _: Option<&str>) -> Result<(), Refusal> {
    Err(Refusal::word("no browser"))
}
