//! JSON: one array, or one object a line.

use super::{record::Record, text::json_line};

/// One array, with a row a line.
pub(crate) fn array<R: Record>(rows: &[R]) -> serde_json::Result<String> {
    if rows.is_empty() {
        return Ok("[]\n".to_owned());
    }
    let mut text = String::from("[\n  ");
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            text.push_str(",\n  ");
        }
        text.push_str(&line(row)?);
    }
    text.push_str("\n]\n");
    Ok(text)
}

/// A row a line, and nothing around it.
pub(crate) fn lines<R: Record>(rows: &[R]) -> serde_json::Result<String> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&line(row)?);
        text.push('\n');
    }
    Ok(text)
}

fn line<R: Record>(row: &R) -> serde_json::Result<String> {
    serde_json::to_string(row).map(|json| json_line(&json))
}
