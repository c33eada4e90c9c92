//! Makes untrusted text safe for a terminal, a file and a spreadsheet.
//!
//! A terminal obeys control characters and follows changes of direction: with them a name could clear
//! the screen, forge a line, or show a state that is not there. They are shown, never sent.

use std::fmt::Write;

/// Returns whether a terminal acts on it rather than shows it: C0, DEL, C1, line separators, changes of direction and
/// invisible characters.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line for people: dangerous characters as `\u{1b}`, line ends as `\n`.
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !is_dangerous(c) => visible.push(c),
            '\n' | '\r' | '\t' => visible.extend(c.escape_default()),
            c => visible.extend(c.escape_unicode()),
        }
    }
    visible
}

/// A cell of a table for spreadsheets: [`visible`], and marked as text by an apostrophe where a spreadsheet would
/// take it for a formula by how it begins, also behind a semicolon, which ends a cell in many countries, or for a
/// number that it would round or shorten.
pub fn harmless(cell: &str) -> String {
    if is_altered_number(cell) {
        return format!("'{cell}");
    }
    let mut parts = cell.split(';').map(|part| {
        let mark = if is_formula(part) { "'" } else { "" };
        format!("{mark}{}", visible(part))
    });
    let first = parts.next().unwrap_or_default();
    let text = parts.fold(first, |text, part| format!("{text};{part}"));
    match cell.starts_with(';') && text.contains(";'") {
        true => format!("'{text}"),
        false => text,
    }
}

/// Returns whether it begins as a formula does, after blanks and invisible characters.
fn is_formula(part: &str) -> bool {
    if part.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let start = part.trim_start_matches(|c: char| c.is_whitespace() || is_dangerous(c));
    start.starts_with(['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'])
}

/// A spreadsheet keeps 15 digits of a number, drops zeros before it, and reads an `e` in it as an exponent.
fn is_altered_number(cell: &str) -> bool {
    let (number, exponent) = cell.split_once(['e', 'E']).unwrap_or((cell, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(number)
        && digits(exponent)
        && (cell.len() > 15 || (number.len() > 1 && number.starts_with('0')))
}

/// JSON in which dangerous characters are escaped as JSON does it. Outside of strings JSON has none
/// but line ends and tabs; those become spaces, so that the text is one line.
pub fn json_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if is_dangerous(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(line, "\\u{unit:04x}");
                }
            }
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGE: [char; 10] = [
        '\u{0}',
        '\u{7}',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{202e}',
        '\u{2066}',
        '\u{2028}',
        '\u{e0041}',
    ];

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        for c in STRANGE {
            let text = visible(&format!("a{c}b"));
            assert!(!text.chars().any(is_dangerous), "{text:?}");
            assert!(text.contains("\\u{"), "{text}");
        }
        assert_eq!(visible("\u{1b}[31mred\r\n"), "\\u{1b}[31mred\\r\\n");
    }

    #[test]
    fn letters_of_every_script_stay() {
        for text in ["风机-7", "Größe", "عربى", "👩‍🔧", "a b"] {
            assert_eq!(visible(text), text);
            assert_eq!(json_line(text), text);
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        for c in STRANGE {
            let json = serde_json::to_string(&format!("a{c}b")).unwrap();
            let line = json_line(&json);
            assert!(!line.chars().any(is_dangerous), "{line:?}");
            let read: String = serde_json::from_str(&line).unwrap();
            assert_eq!(read, format!("a{c}b"));
        }
        assert_eq!(json_line("{\n\t\"a\": 1\r\n}"), "{  \"a\": 1  }");
    }
}
