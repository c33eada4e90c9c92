//! CSV by RFC 4180, without anything that a spreadsheet would compute or a terminal obey.

use csv::{Terminator, Writer, WriterBuilder};

use super::{record::Record, text::harmless};

/// Returns the header.
pub(crate) fn header<R: Record>() -> Result<String, csv::Error> {
    written(|writer| writer.write_record(R::FIELDS))
}

/// Returns the rows, without a header.
pub(crate) fn lines<R: Record>(rows: &[R]) -> Result<String, csv::Error> {
    written(|writer| {
        rows.iter().try_for_each(|row| {
            let values = row.values().map_err(std::io::Error::from)?;
            writer.write_record(values.iter().map(|value| harmless(value)))
        })
    })
}

fn written(
    write: impl FnOnce(&mut Writer<Vec<u8>>) -> Result<(), csv::Error>,
) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    write(&mut writer)?;
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
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1+1",
            "\u{a0}+1",
            "\u{200b}=1",
            "＝1+1",
            "|x",
        ] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        // Where a spreadsheet takes the semicolon for the end of a cell.
        assert_eq!(harmless(";=1+1"), "';'=1+1");
        assert_eq!(harmless("a; =1+1;b;-2"), "a;' =1+1;b;'-2");
        for cell in ["", "a=b", "1-2", "'x", "a;b", "2026-02-10T12:00:00Z"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn a_number_that_a_spreadsheet_would_round_is_text() {
        for cell in [
            "2278935391225618432",
            "1234567890123456",
            "123456789012345678901e12",
            "007",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["0", "123456789012345", "507f1f77bcf86cd799439011", "1e"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
