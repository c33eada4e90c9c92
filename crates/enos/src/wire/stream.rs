//! A page of commands, its items decoded while they are gone through for the first and only time.

use bytes::Bytes;
use countermand_core_model::Page;
use http::Response;
use memchr::memmem;

use super::{Envelope, WireCommand, command::Members, envelope, search::Counts};

/// The member that holds the items.
const NAME: &str = "data";
const QUOTED_NAME: &str = "\"data\"";

/// What stands in the place of the items when everything around them is read.
const EMPTIED: &str = "[0]";

/// The page in an answer, with those commands that `decode` makes something of. `None` says nothing but
/// that this is not the usual page: it is to be looked at step by step.
pub(crate) fn commands<'a, T>(
    response: &'a Response<Bytes>,
    decode: impl Fn(&WireCommand<'a>) -> Option<T>,
) -> Option<Page<T>> {
    let text = envelope::text(response.body()).ok()?;
    let start = array(text)?;
    let mut commands = Vec::with_capacity(64);
    let mut received = 0;
    let mut rest = text.get(start + 1..)?.trim_start();
    // An empty list is soon read step by step.
    loop {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Members<'_>>();
        let members = values.next()?.ok()?;
        let (item, after) = rest.split_at_checked(values.byte_offset())?;
        received += 1;
        commands.extend(WireCommand::with(item, &members).and_then(|wire| decode(&wire)));
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => break,
        }
    }
    let counts = around(response, &text[..start], rest.strip_prefix(']')?)?;
    let mut page = Page::new(commands);
    page.received = received;
    page.size = counts.size;
    page.total = counts.total;
    Some(page)
}

/// Where the first array begins that is called `data`.
fn array(text: &str) -> Option<usize> {
    let name = memmem::find(text.as_bytes(), QUOTED_NAME.as_bytes())?;
    let rest = text.get(name + QUOTED_NAME.len()..)?;
    let array = rest.trim_start().strip_prefix(':')?.trim_start();
    array.starts_with('[').then_some(text.len() - array.len())
}

/// Reads what stands before and after the items: a good answer, with these very items and no others for
/// its data.
fn around(response: &Response<Bytes>, before: &str, after: &str) -> Option<Counts> {
    let text = [before, EMPTIED, after].concat();
    let envelope = Envelope::of_text(response, &text)?;
    let data = envelope.members.raw(NAME)?;
    let place = data.get().as_ptr().addr() - text.as_ptr().addr();
    (place == before.len()).then(|| Counts::of(&envelope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::WirePage;

    type Seen = (Vec<String>, usize, Option<u64>, Option<u64>);

    fn seen(page: Page<String>) -> Seen {
        (page.items, page.received, page.size, page.total)
    }

    fn keep(wire: &WireCommand<'_>) -> Option<String> {
        wire.id.as_ref().map(|id| format!("{id} {}", wire.raw))
    }

    fn at_once(response: &Response<Bytes>) -> Option<Seen> {
        commands(response, keep).map(seen)
    }

    fn step_by_step(response: &Response<Bytes>) -> Seen {
        let page = WirePage::of(&Envelope::open(response).unwrap()).unwrap();
        seen(page.page(|item| keep(&WireCommand::of(item)?)))
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
