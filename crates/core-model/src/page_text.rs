//! Decoding the items of a page in one pass over its text.

use memchr::memmem;
use serde::Deserialize;

/// Decodes each item of the first array in `text` that is called `name` (with its quotes), and gives it
/// to `visit` with its text. Returns the text before the array and after it.
///
/// `None` says no more than that this is not the usual page, and is to be decoded step by step: no such
/// array, an empty one, or an item that is not an object or not a `T`.
pub fn decode_items<'a, T: Deserialize<'a>>(
    text: &'a str,
    name: &str,
    mut visit: impl FnMut(&T, &'a str),
) -> Option<(&'a str, &'a str)> {
    let named = memmem::find(text.as_bytes(), name.as_bytes())?;
    let array = text.get(named + name.len()..)?.trim_start();
    let array = array.strip_prefix(':')?.trim_start();
    let before = text.get(..text.len() - array.len())?;
    let mut rest = array.strip_prefix('[')?.trim_start();
    loop {
        if !rest.starts_with('{') {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
        let value = values.next()?.ok()?;
        let (item, after) = rest.split_at_checked(values.byte_offset())?;
        visit(&value, item);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return Some((before, rest.strip_prefix(']')?)),
        }
    }
}
