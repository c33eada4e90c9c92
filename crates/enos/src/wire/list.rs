//! A page of a search.

use bytes::Bytes;
use countermand_core_model::{JsonPath, Page, PageSigns, decode_items};
use countermand_transport::{ApiError, decode_page};
use http::Response;
use serde_json::value::RawValue;

use super::{Envelope, WireCommand, command::Members, envelope};

/// The member that holds the items.
const NAME: &str = "data";

/// Where a list stands in an answer.
const LISTS: [JsonPath<'static>; 1] = [&[NAME]];
/// Where the signs of its pages stand.
const SIGNS: [JsonPath<'static>; 1] = [&["pagination"]];

/// What stands in place of the items when the text around them is decoded.
const EMPTIED: &str = "[0]";

/// Decodes the page in an answer. `decode` returns none for an item without a valid id.
///
/// # Errors
/// When the provider refused, or there is no list.
pub(crate) fn page<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&RawValue) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    decode_page(response, &LISTS, &SIGNS, |response| {
        step_by_step(response, &decode)
    })
}

/// Decodes the page of commands in an answer.
///
/// # Errors
/// As [`page`].
pub(crate) fn commands<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&WireCommand<'_>) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    decode_page(response, &LISTS, &SIGNS, |response| {
        if let Some(page) = at_once(response, &decode) {
            return Ok(page);
        }
        step_by_step(response, |item| decode(&WireCommand::of(item)?))
    })
}

/// A list that is missing claims nothing; an empty one claims that nothing is pending, so only a total
/// of 0 makes up for a missing one.
fn step_by_step<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&RawValue) -> Option<T>,
) -> Result<Page<T>, ApiError> {
    let envelope = Envelope::open(response)?;
    let signs = signs(&envelope);
    let items: Vec<&RawValue> = match envelope.members.raw(NAME) {
        Some(data) => serde_json::from_str(data.get())
            .map_err(|_| envelope.unreadable("the data is not a list"))?,
        None if signs.total == Some(0) => Vec::new(),
        None => return Err(envelope.unreadable("the answer has no data")),
    };
    Ok(Page::decode(items, signs, decode))
}

fn signs(envelope: &Envelope<'_>) -> PageSigns {
    let pagination = envelope.members.object("pagination");
    let count = |name| {
        let number = pagination.as_ref()?.integer(name)?;
        u64::try_from(number).ok()
    };
    PageSigns {
        size: count("pageSize").filter(|size| *size > 0),
        total: count("totalSize"),
        ..PageSigns::default()
    }
}

/// The page in one pass over its text. `None` where it is not the usual page.
fn at_once<T>(
    response: &Response<Bytes>,
    decode: impl Fn(&WireCommand<'_>) -> Option<T>,
) -> Option<Page<T>> {
    let text = envelope::text(response.body()).ok()?;
    let mut page = Page::new(Vec::new(), PageSigns::default());
    let (before, after) = decode_items(text, "\"data\"", |members: &Members<'_>, item| {
        let command = WireCommand::with(item, members).and_then(|wire| decode(&wire));
        page.push(item.as_bytes(), command);
    })?;
    page.signs = around(response, before, after)?;
    Some(page)
}

/// Reads what stands before and after the items: a good answer with these very items and no others for
/// its data.
fn around(response: &Response<Bytes>, before: &str, after: &str) -> Option<PageSigns> {
    let text = [before, EMPTIED, after].concat();
    let envelope = Envelope::of_text(response, &text)?;
    let data = envelope.members.raw(NAME)?;
    let place = data.get().as_ptr().addr() - text.as_ptr().addr();
    (place == before.len()).then(|| signs(&envelope))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = (Vec<String>, usize, PageSigns);

    fn seen(page: Page<String>) -> Seen {
        (page.items, page.undecodable.len(), page.signs)
    }

    fn keep(wire: &WireCommand<'_>) -> Option<String> {
        wire.id.as_ref().map(|id| format!("{id} {}", wire.raw))
    }

    fn at_once(response: &Response<Bytes>) -> Option<Seen> {
        super::at_once(response, keep).map(seen)
    }

    fn step_by_step(response: &Response<Bytes>) -> Seen {
        seen(super::step_by_step(response, |item| keep(&WireCommand::of(item)?)).unwrap())
    }

    fn good(body: &str) -> Response<Bytes> {
        Response::new(Bytes::from(body.to_owned()))
    }

    #[test]
    fn the_usual_page_is_the_same_in_both_ways() {
        for body in [
            r#"{"code":0,"msg":"OK","data":[{"commandId":"1"}],"pagination":{"pageSize":2,"totalSize":"7"}}"#,
            r#" {"pagination" : {"sortedBy":null}, "data" : [ {"commandId":"]"} , {"x":[{"data":[1]}],"commandId":7} ] ,"code":"0"} "#,
            r#"{"code":0,"data":[{},{"commandId":"\"data\":["},{"commandId":1,"commandId":2}]}"#,
            r#"{"data":[],"data":[{"commandId":"1"}],"code":0}"#,
        ] {
            let response = good(body);
            let read = step_by_step(&response);
            assert!(at_once(&response).is_none_or(|seen| seen == read), "{body}");
            assert_eq!(at_once(&response).is_none(), body.contains("[],"), "{body}");
        }
    }

    #[test]
    fn whatever_else_there_may_be_is_left_to_the_other_way() {
        for body in [
            r#"{"code":0,"data":[]}"#,
            r#"{"code":0,"data":[null]}"#,
            r#"{"code":0,"data":[{},7]}"#,
            r#"{"code":0,"data":{"data":[{}]}}"#,
            r#"{"code":0,"meta":{"data":[{}]},"data":[{"commandId":"1"}]}"#,
            r#"{"code":0,"meta":{"data":[{}]},"data":[0]}"#,
            r#"{"code":0,"meta":{"data":[{}]}}"#,
            r#"{"code":0,"data":[{}],"data":[{}]}"#,
            r#"{"code":0,"data":[{}],"data":null}"#,
            r#"{"code":1001,"data":[{}]}"#,
            r#"{"data":[{}]}"#,
            r#"[{"data":[{}]}]"#,
            r#"{"code":0,"data":[{},]}"#,
            r#"{"code":0,"data":[{}"#,
            r#"{"code":0,"data":[{}]"#,
            r#"{"code":0,"data":[{}]}}"#,
            r#"{"code":0,"data":[{}{}]}"#,
            r#"{"code":0,"data":[{} "x"]}"#,
            r#"{"code":0,"data":[{"a":]}"#,
        ] {
            assert_eq!(at_once(&good(body)), None, "{body}");
        }
        let usual = r#"{"code":0,"data":[{}]}"#;
        for status in [301, 404, 500] {
            let mut refused = good(usual);
            *refused.status_mut() = http::StatusCode::from_u16(status).unwrap();
            assert_eq!(at_once(&refused), None);
        }
        let mut held_back = good(usual);
        assert!(at_once(&held_back).is_some());
        held_back
            .extensions_mut()
            .insert(countermand_transport::HeldBack);
        assert_eq!(at_once(&held_back), None);
    }
}
