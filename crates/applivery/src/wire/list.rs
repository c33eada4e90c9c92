//! A page of a list: an object with `items` beside the signs of its pages, or a bare array.

use bytes::Bytes;
use countermand_core_model::{JsonPath, Page, PageSigns, decode_items};
use countermand_transport::{ApiError, decode_page};
use http::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{command::WireCommand, object::Object, scalar::Scalar};
use crate::errors;

/// Where a list may stand in an answer.
const LISTS: [JsonPath<'static>; 2] = [&["data", "items"], &["data"]];
/// Where the signs of its pages stand.
const SIGNS: [JsonPath<'static>; 1] = [&["data"]];

/// What stands in place of the items when the text around them is decoded.
const EMPTIED: &str = "[0]";

/// The signs of the pages. The provider's library (mongoose-paginate) may contradict itself in them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireSigns {
    has_next_page: Scalar,
    next_page: Scalar,
    total_pages: Scalar,
    limit: Scalar,
    total_docs: Scalar,
}

impl WireSigns {
    fn read(data: &RawValue) -> Option<PageSigns> {
        let object = serde_json::from_str::<Object<Self>>(data.get());
        let signs = object.ok()?.into_members()?;
        Some(PageSigns {
            has_next: signs.has_next_page.bool(),
            size: signs.limit.count(),
            total: signs.total_docs.count(),
            last_named: signs.next_page.count().max(signs.total_pages.count()),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Items<'a> {
    #[serde(borrow)]
    items: Option<&'a RawValue>,
}

/// Decodes the page in an answer. `decode` returns none for an item without a valid id.
///
/// # Errors
/// When the provider refused, or this is no list.
pub(crate) fn page<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&RawValue) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    decode_page(response, &LISTS, &SIGNS, |response| {
        step_by_step(response, &decode)
    })
}

/// Decodes the page of commands in an answer. `decode` gets each command with its text.
///
/// # Errors
/// As [`page`].
pub(crate) fn commands<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&WireCommand<'_>, &str) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    decode_page(response, &LISTS, &SIGNS, |response| {
        if let Some(page) = at_once(response, &decode) {
            return Ok(page);
        }
        step_by_step(response, |raw| {
            decode(&WireCommand::read(raw).ok()??, raw.get())
        })
    })
}

fn step_by_step<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&RawValue) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    let (items, signs) = read(errors::data(response)?)
        .ok_or_else(|| errors::unreadable(response, "the data are no list"))?;
    Ok(Page::decode(items, signs, decode))
}

/// Reads `data`. `None` where it is no list: an object without items is only an empty list when
/// it says itself that there are none, for an empty list claims that nothing is pending.
fn read(data: &RawValue) -> Option<(Vec<&RawValue>, PageSigns)> {
    if let Some(items) = array(data) {
        return Some((items, PageSigns::default()));
    }
    let signs = WireSigns::read(data)?;
    let object = serde_json::from_str::<Object<Items<'_>>>(data.get());
    let items = match object.ok()?.into_members()?.items {
        Some(items) => array(items)?,
        None if signs.total == Some(0) => Vec::new(),
        None => return None,
    };
    Some((items, signs))
}

fn array(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get()
        .starts_with('[')
        .then(|| serde_json::from_str(raw.get()).ok())
        .flatten()
}

/// The page in one pass over its text. `None` where it is not the usual page.
fn at_once<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&WireCommand<'_>, &str) -> Option<T>,
) -> Option<Page<T>> {
    if !response.status().is_success() {
        return None;
    }
    let text = errors::text(response).ok()?;
    let mut page = Page::new(Vec::new(), PageSigns::default());
    let (before, after) = decode_items(text, "\"items\"", |wire, item| {
        page.push(item.as_bytes(), decode(wire, item));
    })?;
    page.signs = around(before, after)?;
    Some(page)
}

/// Reads what stands before and after the items: a good answer with these very items and no others for
/// its data.
fn around(before: &str, after: &str) -> Option<PageSigns> {
    let text = [before, EMPTIED, after].concat();
    let envelope = errors::envelope::<&RawValue>(&text)?;
    if envelope.is_error() {
        return None;
    }
    let data = envelope.data?;
    let emptied: Object<Items<'_>> = serde_json::from_str(data.get()).ok()?;
    let items = emptied.into_members()?.items?;
    let place = items.get().as_ptr().addr() - text.as_ptr().addr();
    (place == before.len()).then(|| WireSigns::read(data))?
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = (Vec<String>, PageSigns);

    fn at_once(response: &Response<Bytes>) -> Option<Seen> {
        let page = super::at_once(response, |_, text| Some(text.to_owned()))?;
        Some((page.items, page.signs))
    }

    fn step_by_step(response: &Response<Bytes>) -> Seen {
        let page = super::step_by_step(response, |item| Some(item.get().to_owned())).unwrap();
        (page.items, page.signs)
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
