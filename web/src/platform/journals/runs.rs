//! Past runs: listed, read, deleted.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbKeyRange;

use super::database::{CHUNKS, RUNS, Refusal, answer, complete, refused, transaction};
use crate::platform::cooperative_yield::Yielder;

/// So many chunks are read at a time.
const AT_A_TIME: u32 = 256;

/// The small records of all runs, as they were kept.
///
/// # Errors
/// When the browser refuses.
pub async fn list() -> Result<Vec<String>, Refusal> {
    let reading = transaction(RUNS, false, false).await?;
    let store = reading.object_store(RUNS).map_err(|e| refused(&e))?;
    let records: Array = answer(store.get_all()).await?.unchecked_into();
    Ok(records
        .iter()
        .filter_map(|record| record.as_string())
        .collect())
}

/// Keeps a run's small record in the place of what was there.
///
/// # Errors
/// When the browser refuses.
pub async fn keep_record(run: &str, record: &str) -> Result<(), Refusal> {
    let writing = transaction(RUNS, true, false).await?;
    let store = writing.object_store(RUNS).map_err(|e| refused(&e))?;
    store
        .put_with_key(&JsValue::from_str(record), &JsValue::from_str(run))
        .map_err(|e| refused(&e))?;
    complete(&writing).await
}

/// From this chunk of the run to its last.
pub(super) fn range(run: &str, from: f64) -> Result<JsValue, Refusal> {
    let run = JsValue::from_str(run);
    let first = Array::of2(&run, &JsValue::from_f64(from));
    // No number is behind a list.
    let last = Array::of2(&run, &Array::new());
    let range = IdbKeyRange::bound(&first, &last).map_err(|e| refused(&e))?;
    Ok(range.into())
}

/// The run's journal as the browser holds it, chunk by chunk: for an export, byte for byte.
///
/// # Errors
/// When the browser refuses.
pub async fn chunks(run: &str) -> Result<Array, Refusal> {
    let all = Array::new();
    let mut next = 0.0;
    loop {
        let reading = transaction(CHUNKS, false, false).await?;
        let store = reading.object_store(CHUNKS).map_err(|e| refused(&e))?;
        let some = store.get_all_with_key_and_limit(&range(run, next)?, AT_A_TIME);
        let some: Array = answer(some).await?.unchecked_into();
        some.for_each(&mut |chunk, _, _| {
            all.push(&chunk);
        });
        if some.length() < AT_A_TIME {
            return Ok(all);
        }
        next += f64::from(AT_A_TIME);
    }
}

/// The run's journal whole.
///
/// # Errors
/// When the browser refuses.
pub async fn read(run: &str) -> Result<Vec<u8>, Refusal> {
    let chunks = chunks(run).await?;
    let mut bytes = Vec::new();
    let mut yielder = Yielder::begin();
    for chunk in chunks.iter() {
        let chunk: Uint8Array = chunk.dyn_into().map_err(|_| Refusal::word("DataError"))?;
        let before = bytes.len();
        bytes.resize(before + chunk.length() as usize, 0);
        if let Some(place) = bytes.get_mut(before..) {
            chunk.copy_to(place);
        }
        yielder.yield_if_due().await;
    }
    Ok(bytes)
}

/// How many chunks the run's journal has, and the last of them.
pub(super) async fn end(run: &str) -> Result<(u32, Vec<u8>), Refusal> {
    let reading = transaction(CHUNKS, false, false).await?;
    let store = reading.object_store(CHUNKS).map_err(|e| refused(&e))?;
    let count = answer(store.count_with_key(&range(run, 0.0)?)).await?;
    let count = count.as_f64().unwrap_or_default() as u32;
    let last = match count.checked_sub(1) {
        Some(last) => answer(store.get(&key(run, last))).await?,
        None => JsValue::UNDEFINED,
    };
    let last = last.dyn_into::<Uint8Array>();
    Ok((count, last.map(|last| last.to_vec()).unwrap_or_default()))
}

fn key(run: &str, number: u32) -> JsValue {
    Array::of2(
        &JsValue::from_str(run),
        &JsValue::from_f64(f64::from(number)),
    )
    .into()
}

/// Is the run's record there, and is the chunk before the one with this number `last`? It is asked in the transaction
/// that writes the next one: nothing can come between. All chunks are not counted: that takes longer with each.
#[cfg(target_arch = "wasm32")]
pub(super) async fn is_as_written(
    records: &web_sys::IdbObjectStore,
    chunks: &web_sys::IdbObjectStore,
    run: &str,
    next: u32,
    last: &[u8],
) -> Result<bool, Refusal> {
    let is_listed = answer(records.count_with_key(&JsValue::from_str(run))).await?;
    let (Some(1.0), Some(number)) = (is_listed.as_f64(), next.checked_sub(1)) else {
        return Ok(false);
    };
    let found = answer(chunks.get(&key(run, number))).await?;
    let found = found.dyn_into::<Uint8Array>();
    Ok(found.is_ok_and(|found| found.to_vec() == last))
}

/// Deletes a run with its journal. Whoever does holds its lock.
///
/// # Errors
/// When the browser refuses.
pub async fn delete(run: &str) -> Result<(), Refusal> {
    let writing = transaction("runs,chunks", true, false).await?;
    let records = writing.object_store(RUNS).map_err(|e| refused(&e))?;
    let chunks = writing.object_store(CHUNKS).map_err(|e| refused(&e))?;
    records
        .delete(&JsValue::from_str(run))
        .map_err(|e| refused(&e))?;
    chunks.delete(&range(run, 0.0)?).map_err(|e| refused(&e))?;
    complete(&writing).await
}
