//! JSON: one array, or one object a line.

use super::{record::Record, text::json_line};

/// One array, with a row a line.
pub(crate) fn array<R: Record>(rows: &[R]) -> serde_json::Result<String> {
    if rows.is_empty() {
        return Ok("[]\n".to_owned());
    }
    let rows = rows
        .iter()
        .map(line)
        .collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("[\n  {}\n]\n", rows.join(",\n  ")))
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
