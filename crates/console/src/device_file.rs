//! Devices from a CSV file, read piece by piece: a file may be far larger than what is worth holding.

use std::collections::HashSet;

use countermand_core_model::{DeviceRef, Provider};

use super::pasted_devices::{Bad, PastedDevices};

/// So many bad lines are kept with their reasons; the others are counted.
pub const BAD_KEPT: usize = 50;

/// What the head of the devices' column may be called, without case and anything but letters.
const HEADS: [&str; 9] = [
    "device",
    "deviceid",
    "deviceref",
    "emmdeviceid",
    "assetid",
    "asset",
    "serialnumber",
    "serial",
    "imei",
];

/// A file that is being read.
#[derive(Debug)]
pub struct DeviceFile {
    provider: Provider,
    column: Option<usize>,
    /// The last line, as long as its end has not come.
    rest: Vec<u8>,
    named: HashSet<DeviceRef>,
    /// What was found. The bad ones carry the number of their line.
    pub found: PastedDevices,
    /// Bad lines beyond those that are kept.
    pub more_bad: usize,
    lines: usize,
}

impl DeviceFile {
    /// A file of devices of this provider.
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            column: None,
            rest: Vec::new(),
            named: HashSet::new(),
            found: PastedDevices::default(),
            more_bad: 0,
            lines: 0,
        }
    }

    /// Reads another piece, which may end in the middle of a line.
    pub fn feed(&mut self, piece: &[u8], is_chosen: impl Fn(&DeviceRef) -> bool) {
        let Some(end) = piece.iter().rposition(|byte| *byte == b'\n') else {
            self.rest.extend_from_slice(piece);
            return;
        };
        let (whole, rest) = piece.split_at(end + 1);
        let mut lines = std::mem::replace(&mut self.rest, rest.to_vec());
        lines.extend_from_slice(whole);
        for line in String::from_utf8_lossy(&lines).lines() {
            self.line(line, &is_chosen);
        }
    }

    /// The file is at its end.
    pub fn end(&mut self, is_chosen: impl Fn(&DeviceRef) -> bool) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.line(&String::from_utf8_lossy(&rest), &is_chosen);
        }
    }

    fn line(&mut self, line: &str, is_chosen: impl Fn(&DeviceRef) -> bool) {
        self.lines += 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            return;
        }
        let Some(column) = self.column else {
            // The first line tells which column it is: by its head, or else it is the first.
            let head = fields(line).position(|field| is_head(&field));
            self.column = Some(head.unwrap_or(0));
            if head.is_none() {
                self.line_of(line, 0, &is_chosen);
            }
            return;
        };
        self.line_of(line, column, &is_chosen);
    }

    fn line_of(&mut self, line: &str, column: usize, is_chosen: &impl Fn(&DeviceRef) -> bool) {
        let field = fields(line).nth(column).unwrap_or_default();
        match DeviceRef::parse_for(self.provider, field.trim()) {
            Ok(device) if !is_chosen(&device) && self.named.insert(device.clone()) => {
                self.found.good.push(device);
            }
            Ok(_) => self.found.known += 1,
            Err(invalid) if self.found.bad.len() < BAD_KEPT => {
                let shown: String = field.chars().take(60).collect();
                self.found.bad.push(Bad {
                    text: format!("{}: {shown}", self.lines),
                    reason: invalid.rule(),
                });
            }
            Err(_) => self.more_bad += 1,
        }
    }
}

fn is_head(field: &str) -> bool {
    let letters: String = field.chars().filter(char::is_ascii_alphabetic).collect();
    HEADS.iter().any(|head| head.eq_ignore_ascii_case(&letters))
}

/// The fields of a line, separated by commas, semicolons or tabulators; within quotation marks these are text, and
/// a doubled mark is one.
fn fields(line: &str) -> impl Iterator<Item = String> {
    let mut rest = Some(line.chars());
    std::iter::from_fn(move || {
        let chars = rest.as_mut()?;
        let (mut field, mut quoted) = (String::new(), false);
        loop {
            match chars.next() {
                None => {
                    rest = None;
                    return Some(field);
                }
                Some('"') if quoted && chars.as_str().starts_with('"') => {
                    chars.next();
                    field.push('"');
                }
                Some('"') => quoted = !quoted,
                Some(',' | ';' | '\t') if !quoted => return Some(field),
                Some(other) => field.push(other),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::device;

    fn read(provider: Provider, text: &str, piece: usize) -> DeviceFile {
        let mut file = DeviceFile::new(provider);
        for piece in text.as_bytes().chunks(piece) {
            file.feed(piece, |_| false);
        }
        file.end(|_| false);
        file
    }

    #[test]
    fn the_same_in_whatever_pieces_it_comes() {
        let text = "\u{feff}Name;Serial number;Model\r\n\"Käse; Theke\";A1;x\nTill 2;\"B2\";\n\nTill 3;C 3;z\nTill 4;A1;\nTill 5;D4";
        for piece in 1..text.len() + 1 {
            let file = read(Provider::Applivery, text, piece);
            assert_eq!(
                file.found.good,
                ["applivery:A1", "applivery:B2", "applivery:D4"].map(device)
            );
            assert_eq!(file.found.known, 1);
            let bad: Vec<&str> = file.found.bad.iter().map(|bad| bad.text.as_str()).collect();
            assert_eq!(bad, ["5: C 3"], "with the number of its line");
        }
    }

    #[test]
    fn without_a_head_the_first_column_is_meant() {
        let file = read(Provider::Enos, "asset:a1,x\nkey:pk/dk,y\n", 1000);
        assert_eq!(
            file.found.good,
            ["enos:asset:a1", "enos:key:pk/dk"].map(device)
        );
    }

    #[test]
    fn bad_lines_are_counted_beyond_those_that_are_kept() {
        let file = read(
            Provider::Applivery,
            &"no device!\n".repeat(BAD_KEPT + 7),
            1000,
        );
        assert_eq!((file.found.bad.len(), file.more_bad), (BAD_KEPT, 7));
    }
}
