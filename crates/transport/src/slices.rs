//! Cuts the text of a long list into texts of shorter ones, each with what stands around the list.

use std::ops::Range;

use crate::pace::pause;

/// Shorter answers are decoded in one.
const LONG: usize = 256 * 1024;
/// How much of a list is decoded at a time.
const SLICE: usize = 64 * 1024;
/// How much is looked through at a time.
const PIECE: usize = 512 * 1024;
/// What may stand around the list: each slice has it.
const AROUND: usize = 16 * 1024;

/// A long list and its slices.
pub(crate) struct Slices {
    /// The places between the brackets, and of the commas where it is cut.
    inside: Range<usize>,
    cuts: Vec<usize>,
}

/// Returns the slices of the long list that is nearly all of `body`. None where there is no such list, or where brackets
/// and quotes do not match: whoever decodes it says what is wrong with it.
pub(crate) async fn of(body: &[u8]) -> Option<Slices> {
    if body.len() < LONG {
        return None;
    }
    let mut scan = Scan::default();
    for start in (0..body.len()).step_by(PIECE) {
        let end = body.len().min(start + PIECE);
        for at in start..end {
            scan.step(body, at)?;
        }
        pause().await;
    }
    let slices = scan.found?;
    let is_whole = scan.open.is_empty() && !scan.is_text;
    (is_whole && body.len() - slices.inside.len() <= AROUND).then_some(slices)
}

impl Slices {
    /// The text of each slice.
    pub(crate) fn texts<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
        let Range { start, end } = self.inside;
        let starts = [start]
            .into_iter()
            .chain(self.cuts.iter().map(|cut| cut + 1));
        let ends = self.cuts.iter().copied().chain([end]);
        starts.zip(ends).map(move |(from, to)| {
            let parts = [body.get(..start), body.get(from..to), body.get(end..)];
            parts.map(Option::unwrap_or_default).concat()
        })
    }
}

/// Looks for the first list of objects that is long, by brackets, quotes and commas alone.
#[derive(Default)]
struct Scan {
    /// The closing brackets that are still to come.
    open: Vec<u8>,
    is_text: bool,
    is_escaped: bool,
    /// The list at hand: how many brackets are open inside it, and where it is cut.
    list: Option<(usize, Slices)>,
    found: Option<Slices>,
}

impl Scan {
    /// Takes the byte at `at`. None where it is a bracket that matches no other.
    fn step(&mut self, body: &[u8], at: usize) -> Option<()> {
        let byte = *body.get(at)?;
        if self.is_text {
            if self.is_escaped {
                self.is_escaped = false;
            } else if byte == b'\\' {
                self.is_escaped = true;
            } else if byte == b'"' {
                self.is_text = false;
            }
            return Some(());
        }
        match byte {
            b'"' => self.is_text = true,
            b'{' => self.open.push(b'}'),
            b'[' => {
                self.open.push(b']');
                self.may_be_list(body, at + 1);
            }
            b'}' | b']' => {
                if self.open.pop()? != byte {
                    return None;
                }
                self.may_be_end(at);
            }
            b',' => self.may_be_cut(at),
            _ => {}
        }
        Some(())
    }

    fn may_be_list(&mut self, body: &[u8], start: usize) {
        let mut rest = body.get(start..).unwrap_or_default().iter();
        let first = rest.find(|byte| !byte.is_ascii_whitespace());
        if self.list.is_none() && self.found.is_none() && first == Some(&b'{') {
            let slices = Slices {
                inside: start..start,
                cuts: Vec::new(),
            };
            self.list = Some((self.open.len(), slices));
        }
    }

    fn may_be_end(&mut self, at: usize) {
        let ended = self
            .list
            .take_if(|(depth, _)| self.open.len() < *depth)
            .map(|(_, list)| list);
        if let Some(mut list) = ended {
            list.inside.end = at;
            // A short list before is none of the answer's items, or there is nothing to slice.
            self.found = Some(list).filter(|list| list.inside.len() >= LONG / 2);
        }
    }

    fn may_be_cut(&mut self, at: usize) {
        if let Some((depth, list)) = &mut self.list {
            let last = list.cuts.last().copied().unwrap_or(list.inside.start);
            if self.open.len() == *depth && at - last >= SLICE {
                list.cuts.push(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn of(body: &str) -> Option<Vec<String>> {
        let slices = super::of(body.as_bytes()).now_or_never()??;
        let texts = slices.texts(body.as_bytes());
        Some(texts.map(|text| String::from_utf8(text).unwrap()).collect())
    }

    /// Items with everything in them that might be taken for a bracket or a comma between two items.
    fn items(count: usize) -> Vec<String> {
        let item = |at: usize| {
            format!(
                r#"{{"id":{at},"a":[1,{{"b":"],}}{{[\\\","}}],"note":"{}"}}"#,
                "x".repeat(at % 700)
            )
        };
        (0..count).map(item).collect()
    }

    #[test]
    fn every_item_is_in_one_slice_and_in_order() {
        let items = items(3_000);
        for (before, after) in [
            (
                r#"{"code":0,"list":[1],"objects":[{"x":1}],"data":["#,
                r#"],"page":{"total":7}}"#,
            ),
            (" [", "] "),
        ] {
            let body = [before, &items.join(" , "), after].concat();
            let slices = of(&body).unwrap();
            assert!(slices.len() > 10);
            let mut found = Vec::new();
            for slice in &slices {
                assert!(slice.len() < SLICE + AROUND);
                let inside = slice
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after));
                found.push(inside.unwrap().to_owned());
            }
            // Not assert_eq, which would print megabytes.
            assert!(found.join(",") == items.join(" , "));
        }
    }

    #[test]
    fn what_is_short_or_not_in_order_is_left_whole() {
        let list = items(3_000).join(",");
        assert_eq!(of(&format!("[{}]", items(9).join(","))), None);
        for body in [
            format!("[{list}"),
            format!("[{list}}}"),
            format!("[{list}]]"),
            format!("[{list}]\""),
            format!(r#"{{"data":"{}"}}"#, "x".repeat(2 * LONG)),
            format!(r#"{{"note":"{}","data":[{list}]}}"#, "x".repeat(2 * AROUND)),
            format!("[{{\"data\":[{list}]}}]"),
        ] {
            let slices = of(&body);
            assert!(slices.is_none_or(|slices| slices == [body]));
        }
    }
}
