//! JSON: a row a line.

use super::{record::Record, text::json_line};

/// A row a line, and nothing around it.
pub(crate) fn lines<R: Record>(rows: &[R]) -> serde_json::Result<String> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&line(row)?);
        text.push('\n');
    }
    Ok(text)
}

/// A row, in one line without its end.
pub(crate) fn line<R: Record>(row: &R) -> serde_json::Result<String> {
    serde_json::to_string(row).map(|json| json_line(&json))
}
