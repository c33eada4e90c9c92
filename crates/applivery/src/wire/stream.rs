//! A page of a list, its items decoded while they are gone through for the first and only time.

use bytes::Bytes;
use http::Response;
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    list::{Around, AroundMembers},
    object::Object,
};
use crate::errors;

/// What stands in the place of the items when everything around them is read.
const EMPTIED: &str = "[0]";

/// The member of which the items are surely there.
#[derive(Debug, Deserialize)]
struct Emptied<'a> {
    #[serde(borrow)]
    items: [&'a RawValue; 1],
}

/// Decodes each item of an answer's list to a `T`, and lets `keep` make something of it and of its text.
/// `None` says nothing but that this is not the usual page: it is to be looked at step by step.
pub(crate) fn items<'a, T: Deserialize<'a>, K>(
    response: &'a Response<Bytes>,
    keep: impl Fn(&T, &'a str) -> Option<K>,
) -> Option<(Vec<K>, Around)> {
    if !response.status().is_success() {
        return None;
    }
    let text = errors::text(response).ok()?;
    let start = array(text)?;
    let mut kept = Vec::with_capacity(128);
    let mut rest = text.get(start + 1..)?.trim_start();
    // An empty list is soon read step by step.
    loop {
        if !rest.starts_with('{') {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
        let value = values.next()?.ok()?;
        let (item, after) = rest.split_at_checked(values.byte_offset())?;
        kept.push(keep(&value, item)?);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => break,
        }
    }
    let after = rest.strip_prefix(']')?;
    around(&text[..start], after).map(|around| (kept, around))
}

/// Where the first array begins that is called `items`.
fn array(text: &str) -> Option<usize> {
    const NAME: &str = "\"items\"";
    let name = memmem::find(text.as_bytes(), NAME.as_bytes())?;
    let rest = text.get(name + NAME.len()..)?;
    let array = rest.trim_start().strip_prefix(':')?.trim_start();
    array.starts_with('[').then_some(text.len() - array.len())
}

/// Reads what stands before and after the items: the vendor's good answer, with these very items and no
/// others for its data.
fn around(before: &str, after: &str) -> Option<Around> {
    let text = [before, EMPTIED, after].concat();
    let envelope = errors::envelope::<&RawValue>(&text)?;
    if envelope.is_error() {
        return None;
    }
    let data = envelope.data?.get();
    let emptied: Object<Emptied<'_>> = serde_json::from_str(data).ok()?;
    let [item] = emptied.into_members()?.items;
    let place = item.get().as_ptr().addr() - text.as_ptr().addr();
    let members: Object<AroundMembers> = serde_json::from_str(data).ok()?;
    let around = members.into_members()?.read();
    (place == before.len() + 1).then_some(around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{command::WireCommand, list::WirePage};

    type Seen = (Vec<String>, Around);

    fn at_once(response: &Response<Bytes>) -> Option<Seen> {
        let keep = |_: &Object<WireCommand<'_>>, text: &str| Some(text.to_owned());
        items(response, keep)
    }

    fn step_by_step(response: &Response<Bytes>) -> Seen {
        let page = WirePage::of(response).unwrap();
        let items = page.items.iter().map(|item| item.get().to_owned());
        (items.collect(), page.around)
    }

    fn good(body: &str) -> Response<Bytes> {
        Response::new(Bytes::from(body.to_owned()))
    }

    #[test]
    fn the_usual_page_is_the_same_in_both_ways() {
        for body in [
            r#"{"status":true,"data":{"items":[{"id":"a"}],"hasNextPage":true,"limit":2,"totalDocs":"7"}}"#,
            r#" {"data" : {"totalDocs":null, "items" : [ {"id":"]"} , {"x":[{"items":[1]}]} ] ,"limit":3},"status":true} "#,
            r#"{"data":{"hasNextPage":false,"items":[{},{"a":"\"items\":["}]}}"#,
            r#"{"data":{"items":[{}],"nextPage":2,"totalPages":"7","hasNextPage":false,"totalDocs":3}}"#,
        ] {
            let response = good(body);
            assert_eq!(at_once(&response), Some(step_by_step(&response)), "{body}");
        }
    }

    #[test]
    fn whatever_else_there_may_be_is_left_to_the_other_way() {
        for body in [
            r#"{"status":true,"data":{"items":[]}}"#,
            r#"{"status":true,"data":{"items":[null]}}"#,
            r#"{"status":true,"data":{"items":[{},7]}}"#,
            r#"{"status":true,"data":{"items":[{"id":1,"id":2}]}}"#,
            r#"{"status":true,"data":[{"items":[{}]}]}"#,
            r#"{"status":true,"meta":{"items":[{}]},"data":{"items":[{"id":"a"}]}}"#,
            r#"{"status":true,"meta":{"items":[{}]},"data":{"items":[0]}}"#,
            r#"{"status":true,"items":[{}],"data":{}}"#,
            r#"{"status":true,"items":[{}]}"#,
            r#"{"status":true,"data":{"page":{"items":[{}]}}}"#,
            r#"{"status":true,"data":{"items":[{}],"items":[{}]}}"#,
            r#"{"status":false,"data":{"items":[{}]}}"#,
            r#"{"status":true,"data":{"items":[{}]},"error":{"code":3001}}"#,
            r#"[{"items":[{}]}]"#,
            r#"{"status":true,"data":{"items":[{},]}}"#,
            r#"{"status":true,"data":{"items":[{}"#,
            r#"{"status":true,"data":{"items":[{}]}"#,
            r#"{"status":true,"data":{"items":[{}]}}}"#,
            r#"{"status":true,"data":{"items":[{}{}]}}"#,
            r#"{"status":true,"data":{"items":[{} "x"]}}"#,
            r#"{"status":true,"data":{"items":[{"a":]}}"#,
        ] {
            assert_eq!(at_once(&good(body)), None, "{body}");
        }
        let mut refused = good(r#"{"status":true,"data":{"items":[{}]}}"#);
        assert!(at_once(&refused).is_some());
        *refused.status_mut() = http::StatusCode::NOT_FOUND;
        assert_eq!(at_once(&refused), None);
    }
}
