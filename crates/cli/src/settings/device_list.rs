//! Devices from a file: one per line, or what `devices` and `list` print (CSV, NDJSON, JSON).

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use serde_json::Value;

use crate::failure::Failure;

/// A device that a file names, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) device: String,
    /// The file and the line, or the argument.
    pub(super) place: String,
}

/// The place of a device on the command line.
const ARGUMENT: &str = "DEVICE";

impl Listed {
    /// A device from the command line.
    pub(super) fn argument(text: &str) -> Self {
        Self {
            device: text.to_owned(),
            place: ARGUMENT.to_owned(),
        }
    }

    /// Returns whether it is from the command line.
    pub(super) fn is_argument(&self) -> bool {
        self.place == ARGUMENT
    }
}

/// The field that names a device.
const FIELD: &str = "device";

/// Reads the devices in `bytes`, the content of the file `name`.
///
/// # Errors
/// Names the file, the line and the problem. Nothing is guessed: a blank device is refused.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Vec<Listed>, Failure> {
    let text = decoded(bytes, name)?;
    let first = text.lines().find(|line| !is_skipped(line));
    let Some(first) = first.map(str::trim) else {
        return Ok(Vec::new());
    };
    if first.starts_with('[') {
        json(&text, name)
    } else if first.starts_with('{') {
        ndjson(&text, name)
    } else if let Some(delimiter) = header(first) {
        table(&text, delimiter, name)
    } else {
        plain(&text, name)
    }
}

fn is_skipped(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn refused(place: &str, why: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{place}: {why}"))
}

/// Decodes the file: UTF-8, or UTF-16 with a byte order mark.
fn decoded<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, str>, Failure> {
    let utf_16 = |bytes: &[u8], encoding: &str, unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        match (text, rest) {
            (Ok(text), []) => Ok(Cow::Owned(text)),
            _ => Err(refused(
                name,
                format_args!("not valid {encoding}; save it as UTF-8"),
            )),
        }
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            Err(refused(name, "UTF-32 is not supported; save it as UTF-8"))
        }
        [0xff, 0xfe, rest @ ..] => utf_16(rest, "UTF-16LE", u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, "UTF-16BE", u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            if bytes.contains(&0) {
                return Err(refused(
                    name,
                    "contains zero bytes, like UTF-16 without a byte order mark; save it as UTF-8",
                ));
            }
            match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(error) => {
                    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
                    Err(refused(
                        &format!("{name}, line {line}"),
                        "not valid UTF-8; save the file as UTF-8",
                    ))
                }
            }
        }
    }
}

fn plain(text: &str, name: &str) -> Result<Vec<Listed>, Failure> {
    let mut devices = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let place = format!("{name}, line {number}");
        if is_skipped(line) {
            continue;
        }
        let line = line.trim();
        let (device, rest) = line
            .split_once(char::is_whitespace)
            .map_or((line, ""), |(device, rest)| (device, rest.trim_start()));
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(refused(
                &place,
                format_args!("expected one device per line, found {line:?}"),
            ));
        }
        devices.push(Listed {
            device: device.to_owned(),
            place,
        });
    }
    Ok(devices)
}

/// Returns the delimiter if `line` is the header of a table with a column of devices.
fn header(line: &str) -> Option<u8> {
    [b',', b';', b'\t'].into_iter().find(|delimiter| {
        let is_field = |field: &str| field.trim().trim_matches('"').eq_ignore_ascii_case(FIELD);
        line.split(char::from(*delimiter)).any(is_field)
    })
}

fn table(text: &str, delimiter: u8, name: &str) -> Result<Vec<Listed>, Failure> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| refused(name, error);
    let column = reader
        .headers()
        .map_err(unreadable)?
        .iter()
        .position(|field| field.trim().eq_ignore_ascii_case(FIELD));
    let mut devices = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, csv::Position::line);
        let place = format!("{name}, line {line}");
        let cell = column.and_then(|column| record.get(column));
        devices.push(named(cell, place)?);
    }
    Ok(devices)
}

fn ndjson(text: &str, name: &str) -> Result<Vec<Listed>, Failure> {
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| !is_skipped(line))
        .map(|(number, line)| {
            let place = format!("{name}, line {number}");
            let row: Value = serde_json::from_str(line)
                .map_err(|_| refused(&place, "expected one JSON object"))?;
            named(row.get(FIELD).and_then(Value::as_str), place)
        })
        .collect()
}

fn json(text: &str, name: &str) -> Result<Vec<Listed>, Failure> {
    let rows: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| refused(name, format_args!("not a JSON array: {error}")))?;
    let rows = (1..).zip(rows);
    rows.map(|(number, row)| {
        let cell = row.get(FIELD).and_then(Value::as_str);
        named(cell, format!("{name}, entry {number}"))
    })
    .collect()
}

/// Reads a field. A missing or blank field is an error: if it were skipped, a device would be lost.
fn named(field: Option<&str>, place: String) -> Result<Listed, Failure> {
    match field.map(str::trim) {
        None => Err(refused(&place, "no \"device\" field")),
        Some(device) if countermand_core_model::is_blank(device) => Err(refused(
            &place,
            format_args!("\"device\" must not be empty or blank: {device:?}"),
        )),
        Some(device) => Ok(Listed {
            device: device.to_owned(),
            place,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(bytes: &[u8]) -> Vec<String> {
        let listed = read(bytes, "f").unwrap_or_else(|failure| panic!("{failure:?}"));
        listed.into_iter().map(|one| one.device).collect()
    }

    const TWO: [&str; 2] = ["applivery:a", "enos:key:p/a%20b"];

    #[test]
    fn a_device_a_line_with_comments() {
        let text = "\u{feff}# fleet\napplivery:a\r\n\n  applivery:b\t# spare\n#applivery:c\nx#y";
        assert_eq!(
            devices(text.as_bytes()),
            ["applivery:a", "applivery:b", "x#y"]
        );
    }

    #[test]
    fn what_is_printed_is_read() {
        for text in [
            "provider,device,name\r\nx,applivery:a,\"a, b\"\r\nx,enos:key:p/a%20b,\r\n",
            "Provider;Device\r\nx;applivery:a\r\nx;enos:key:p/a%20b\r\n",
            "device\napplivery:a\nenos:key:p/a%20b\n",
            "{\"device\":\"applivery:a\"}\n\n{\"name\":\"x\",\"device\":\"enos:key:p/a%20b\"}\n",
            "[\n  {\"device\":\"applivery:a\"},\n  {\"device\":\"enos:key:p/a%20b\"}\n]\n",
        ] {
            assert_eq!(devices(text.as_bytes()), TWO, "{text}");
            let marked = format!("\u{feff}{text}");
            assert_eq!(devices(marked.as_bytes()), TWO, "{text}");
            let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(devices(&little), TWO, "{text}");
            let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(devices(&big), TWO, "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed_and_the_place_is_named() {
        let bare: Vec<u8> = "applivery:a\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, place) in [
            (&b"a\nb c\n"[..], "fleet.txt, line 2"),
            (b"a\n\xff\n", "fleet.txt, line 2"),
            (b"a,b c", "fleet.txt, line 1"),
            (b"device,name\n,x\n", "fleet.txt, line 2"),
            (b"name,device\nx\n", "fleet.txt, line 2"),
            ("device,name\n\u{200b},x\n".as_bytes(), "fleet.txt, line 2"),
            (
                b"{\"device\":\"a\"}\n{\"device\":\" \"}",
                "fleet.txt, line 2",
            ),
            (b"{\"device\":\"a\"}\n{\"id\":\"b\"}", "fleet.txt, line 2"),
            (b"{\"device\":\"a\"}\nb", "fleet.txt, line 2"),
            (b"[{\"device\":null}]", "fleet.txt, entry 1"),
            (b"\xff\xfea\0\x00\xd8", "fleet.txt: not valid UTF-16LE"),
            (&bare, "fleet.txt: contains zero bytes, like UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0", "fleet.txt: UTF-32 is not"),
        ] {
            let failure = read(bytes, "fleet.txt").unwrap_err();
            assert!(failure.message().starts_with(place), "{failure:?}");
        }
    }
}
