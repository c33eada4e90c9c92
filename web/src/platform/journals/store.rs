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
    /// The chunk before that: it has to be there when the next one is written.
    last: Vec<u8>,
    /// The run's record, written with the first chunk: there is no journal without one.
    record: Option<String>,
}

/// Another tab, the browser itself or a person has deleted or changed what was written.
const GONE: &str = "the journal is gone, or is not as it was written";

impl BrowserJournal {
    /// A new journal, listed by `record` as soon as its first line is durable.
    pub fn create(run: String, record: String) -> Self {
        Self {
            run,
            place: Mutex::new(Place {
                record: Some(record),
                ..Place::default()
            }),
        }
    }

    /// A journal that is there, to be gone on with.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn go_on(run: String) -> Result<Self, Refusal> {
        let (next, last) = super::runs::end(&run).await?;
        Ok(Self {
            run,
            place: Mutex::new(Place {
                next,
                last,
                record: None,
            }),
        })
    }

    /// The chunk's number, the chunk before it, and the record that goes along.
    fn take_place(&self, bytes: &[u8]) -> Place {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = Place {
            next: place.next,
            last: std::mem::replace(&mut place.last, bytes.to_vec()),
            record: place.record.take(),
        };
        place.next += 1;
        taken
    }

    async fn write(&self, bytes: Vec<u8>) -> Result<(), JournalError> {
        let place = self.take_place(&bytes);
        write(&self.run, &place, &bytes).await.map_err(|refusal| {
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

/// Writes a chunk where everything before it is there as it was written. What was deleted meanwhile must not go
/// unnoticed: nothing is sent that is in no journal.
#[cfg(target_arch = "wasm32")]
async fn write(run: &str, place: &Place, bytes: &[u8]) -> Result<(), Refusal> {
    use js_sys::{Array, Uint8Array};
    use wasm_bindgen::JsValue;

    use super::database::{CHUNKS, RUNS, complete, refused, transaction};

    let writing = transaction("runs,chunks", true, true).await?;
    let records = writing.object_store(RUNS).map_err(|e| refused(&e))?;
    let chunks = writing.object_store(CHUNKS).map_err(|e| refused(&e))?;
    let key = JsValue::from_str(run);
    match &place.record {
        Some(record) => {
            let record = JsValue::from_str(record);
            records
                .put_with_key(&record, &key)
                .map_err(|e| refused(&e))?;
        }
        None => {
            let is_there =
                super::runs::is_as_written(&records, &chunks, run, place.next, &place.last);
            if !is_there.await? {
                let _ = writing.abort();
                return Err(Refusal::word(GONE));
            }
        }
    }
    let key = Array::of2(&key, &JsValue::from_f64(f64::from(place.next)));
    // Added, not put: what is there is never written over.
    chunks
        .add_with_key(&Uint8Array::from(bytes), &key)
        .map_err(|e| refused(&e))?;
    complete(&writing).await
}

#[cfg(not(target_arch = "wasm32"))]
async fn write(_: &str, _: &Place, _: &[u8]) -> Result<(), Refusal> {
    Err(Refusal::word(GONE))
}
