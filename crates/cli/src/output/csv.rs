//! CSV by RFC 4180, with nothing in it that a spreadsheet would compute or a terminal obey.

use csv::{Terminator, WriterBuilder};

use super::{record::Record, text::harmless};

/// A header and the rows.
pub(crate) fn table<R: Record>(rows: &[R]) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(R::FIELDS)?;
    for row in rows {
        writer.write_record(row.values().iter().map(|value| harmless(value)))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "a=b", "1-2", "'x"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
