//! Reads a list with broken items: one bad item must not hide the others.

use std::ops::Range;

use serde::de::IgnoredAny;

/// A valid JSON text, made of a broken one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvaged<'a> {
    /// The text, without the items that were taken out.
    pub text: String,
    /// The items that were taken out: not UTF-8, or not JSON (for example, a `NaN`).
    pub broken: Vec<&'a [u8]>,
}

/// A place in an answer: the names that lead to it from the top.
pub type JsonPath<'p> = &'p [&'p str];

/// Takes the broken items out of the list in `body` at one of `lists`. A bare word that is not JSON among the
/// members of the objects at `counts` becomes null, so that counts do not hide the list either. Anywhere else only
/// invalid UTF-8 is replaced: a word that decides whether the answer is good is never made up.
///
/// `None` where there is no such list, nothing is broken, or the items cannot be told apart.
pub fn salvage<'a>(
    body: &'a [u8],
    lists: &[JsonPath<'_>],
    counts: &[JsonPath<'_>],
) -> Option<Salvaged<'a>> {
    let scan = Scan(body);
    let list = lists
        .iter()
        .filter_map(|path| scan.find(path))
        .find(|at| body.get(*at) == Some(&b'['))?;
    let items = scan.items(list)?;
    let (whole, broken): (Vec<Range<usize>>, Vec<Range<usize>>) =
        items.ranges.into_iter().partition(|item| {
            let item = body.get(item.clone()).unwrap_or_default();
            serde_json::from_slice::<IgnoredAny>(item).is_ok() && str::from_utf8(item).is_ok()
        });
    let whole: Vec<&str> = whole
        .into_iter()
        .filter_map(|item| str::from_utf8(body.get(item)?).ok())
        .collect();
    let mut edits = vec![(items.inside, whole.join(","))];
    for path in counts {
        let members = scan.find(path).and_then(|at| scan.members(at));
        for value in members.into_iter().flatten().map(|one| one.1) {
            let is_bare = !matches!(body.get(value.start), Some(b'{' | b'[' | b'"'));
            let text = body.get(value.clone()).unwrap_or_default();
            if is_bare && serde_json::from_slice::<IgnoredAny>(text).is_err() {
                edits.push((value, "null".to_owned()));
            }
        }
    }
    edits.sort_by_key(|(place, _)| place.start);
    let mut text = String::with_capacity(body.len());
    let mut at = 0;
    for (place, instead) in edits {
        text.push_str(&String::from_utf8_lossy(body.get(at..place.start)?));
        text.push_str(&instead);
        at = place.end;
    }
    text.push_str(&String::from_utf8_lossy(body.get(at..)?));
    let broken: Vec<&[u8]> = broken
        .into_iter()
        .filter_map(|item| body.get(item))
        .collect();
    let is_changed = !broken.is_empty()
        || str::from_utf8(body).is_err()
        || serde_json::from_slice::<IgnoredAny>(body).is_err();
    is_changed.then_some(Salvaged { text, broken })
}

/// The items of an array.
struct Items {
    /// From behind its opening bracket to its closing one.
    inside: Range<usize>,
    ranges: Vec<Range<usize>>,
}

/// Scans JSON by its brackets, quotes and commas alone.
#[derive(Clone, Copy)]
struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    fn at(self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    /// The first place from `at` on that is no white space.
    fn skip_space(self, at: usize) -> usize {
        let rest = self.0.get(at..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        at + space.count()
    }

    /// The start of the value at `path`. `None` where a name of the path comes twice.
    fn find(self, path: JsonPath<'_>) -> Option<usize> {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        let start = if self.0.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        path.iter().try_fold(self.skip_space(start), |at, name| {
            let members = self.members(at)?;
            let mut named = members.iter().filter(|(key, _)| *key == name.as_bytes());
            let (_, value) = named.next()?;
            named.next().is_none().then_some(value.start)
        })
    }

    /// The names and values of the object at `at`.
    fn members(self, at: usize) -> Option<Vec<(&'a [u8], Range<usize>)>> {
        let mut members = Vec::new();
        if self.at(at)? != b'{' {
            return None;
        }
        let mut at = self.skip_space(at + 1);
        if self.at(at)? == b'}' {
            return Some(members);
        }
        loop {
            let end = self.string_end(at)?;
            let name = self.0.get(at + 1..end - 1)?;
            let colon = self.skip_space(end);
            if self.at(colon)? != b':' {
                return None;
            }
            let start = self.skip_space(colon + 1);
            let end = self.value_end(start)?;
            members.push((name, start..end));
            at = self.skip_space(end);
            match self.at(at)? {
                b',' => at = self.skip_space(at + 1),
                b'}' => return Some(members),
                _ => return None,
            }
        }
    }

    /// The items of the array at `at`.
    fn items(self, at: usize) -> Option<Items> {
        let open = at + 1;
        let mut ranges = Vec::new();
        let mut at = self.skip_space(open);
        if self.at(at)? == b']' {
            return Some(Items {
                inside: open..at,
                ranges,
            });
        }
        loop {
            let end = self.value_end(at)?;
            ranges.push(at..end);
            at = self.skip_space(end);
            match self.at(at)? {
                b',' => at = self.skip_space(at + 1),
                b']' => {
                    return Some(Items {
                        inside: open..at,
                        ranges,
                    });
                }
                _ => return None,
            }
        }
    }

    /// The end of the value at `at`.
    fn value_end(self, at: usize) -> Option<usize> {
        match self.at(at)? {
            b'"' => self.string_end(at),
            b'{' | b'[' => self.brackets_end(at),
            _ => {
                let is_word = |byte: &&u8| {
                    !matches!(byte, b',' | b':' | b']' | b'}' | b'"' | b'{' | b'[')
                        && !byte.is_ascii_whitespace()
                };
                let length = self.0.get(at..)?.iter().take_while(is_word).count();
                (length > 0).then_some(at + length)
            }
        }
    }

    /// The end of the string with its opening quote at `at`.
    fn string_end(self, at: usize) -> Option<usize> {
        if self.at(at)? != b'"' {
            return None;
        }
        let mut at = at + 1;
        loop {
            match self.at(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    fn brackets_end(self, at: usize) -> Option<usize> {
        let mut open = Vec::new();
        let mut at = at;
        loop {
            match self.at(at)? {
                b'"' => {
                    at = self.string_end(at)?;
                    continue;
                }
                b'{' => open.push(b'}'),
                b'[' => open.push(b']'),
                close @ (b'}' | b']') if open.pop()? != close => return None,
                b'}' | b']' if open.is_empty() => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LISTS: &[JsonPath<'static>] = &[&["data", "items"], &["data"]];
    const COUNTS: &[JsonPath<'static>] = &[&["data"]];

    fn read(body: &[u8]) -> Option<(String, usize)> {
        salvage(body, LISTS, &[]).map(|salvaged| (salvaged.text, salvaged.broken.len()))
    }

    #[test]
    fn the_broken_item_goes_and_the_rest_stays() {
        for (body, text, broken) in [
            (
                &b"{\"data\":{\"items\":[{\"a\":1},{\"b\":\"\xff\"},{\"c\":3}]}}"[..],
                r#"{"data":{"items":[{"a":1},{"c":3}]}}"#,
                1,
            ),
            (
                br#" {"x":[{"items":[NaN]}],"data" : [ {"a":NaN} , {"b":"],\"["} ,-Infinity, 7 ] } "#,
                r#" {"x":[{"items":[NaN]}],"data" : [{"b":"],\"["},7] } "#,
                2,
            ),
            (
                b"{\"msg\":\"\xe9t\xe9\",\"data\":[{\"a\":1}]}",
                "{\"msg\":\"\u{fffd}t\u{fffd}\",\"data\":[{\"a\":1}]}",
                0,
            ),
            (
                b"{\"data\":[{\"a\":\"line\nline\"},{\"a\":01},{\"a\":'x'},{\"b\":undefined}]}",
                r#"{"data":[]}"#,
                4,
            ),
        ] {
            let shown = String::from_utf8_lossy(body);
            assert_eq!(read(body), Some((text.to_owned(), broken)), "{shown}");
        }
    }

    #[test]
    fn what_is_said_about_the_list_does_not_hide_it() {
        let body = br#"{"status":true,"data":{"totalDocs":NaN,"items":[{"a":1}],"limit":1}}"#;
        let salvaged = salvage(body, LISTS, COUNTS).unwrap();
        assert_eq!(
            salvaged.text,
            r#"{"status":true,"data":{"totalDocs":null,"items":[{"a":1}],"limit":1}}"#
        );
    }

    #[test]
    fn what_is_whole_or_cannot_be_taken_apart_is_left_alone() {
        for body in [
            &br#"{"data":{"items":[{"a":1},{"b":2}]}}"#[..],
            br#"{"data":[]}"#,
            br#"{"data":{"a":NaN}}"#,
            br#"{"data":[{"a":NaN}"#,
            br#"{"data":[{"a":NaN},{"b":"x]}"#,
            br#"{"data":[{"a":NaN]]}"#,
            br#"{"data":[NaN],"data":[]}"#,
            br#"[{"a":NaN}]"#,
            b"\xff",
            b"",
        ] {
            assert_eq!(read(body), None, "{}", String::from_utf8_lossy(body));
        }
    }

    proptest! {
        /// Whatever becomes of one item: the others are there, and nothing else is.
        #[test]
        fn one_broken_item_hides_no_other(
            before in 0..4_usize,
            after in 0..4_usize,
            bad in prop::sample::select(vec![&b"\"\xff\""[..], b"NaN", b"-Infinity", b"\"\x01\"", b"{\"x\":00}"]),
        ) {
            let good = br#"{"id":"a","x":"}],\""}"#.to_vec();
            let broken = [b"{\"id\":", bad, b"}"].concat();
            let mut items = vec![good.clone(); before];
            items.push(broken.clone());
            items.extend(vec![good.clone(); after]);
            let body = [b"{\"data\":[", &items.join(&b',')[..], b"]}"].concat();
            let rest = vec![good; before + after].join(&b',');
            let text = [b"{\"data\":[", &rest[..], b"]}"].concat();
            let salvaged = salvage(&body, LISTS, COUNTS).unwrap();
            prop_assert_eq!(salvaged.text.as_bytes(), &text[..]);
            prop_assert_eq!(salvaged.broken, vec![&broken[..]]);
        }

        #[test]
        fn any_bytes_are_no_crash(body in prop::collection::vec(any::<u8>(), 0..60)) {
            let body = [b"{\"data\":[", &body[..], b"]}"].concat();
            if let Some(salvaged) = salvage(&body, LISTS, COUNTS) {
                let _ = salvaged.text;
            }
        }
    }
}
