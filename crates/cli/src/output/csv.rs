//! CSV by RFC 4180, without anything that a spreadsheet would compute or a terminal obey.

use csv::{Terminator, Writer, WriterBuilder};

use super::{
    form::{Form, READ_AT},
    record::Record,
    text::harmless,
};

/// Returns the header.
pub(super) fn header<R: Record>(form: &Form) -> Result<String, csv::Error> {
    let read_at = form.read_at.as_ref().map(|_| READ_AT);
    let fields = form.fields::<R>().iter().copied();
    written(|writer| writer.write_record(read_at.into_iter().chain(fields)))
}

/// Returns the rows, without a header.
pub(super) fn lines<R: Record>(form: &Form, rows: &[R]) -> Result<String, csv::Error> {
    let fields = form.fields::<R>().iter();
    let places = fields.filter_map(|field| R::FIELDS.iter().position(|one| one == field));
    let places: Vec<usize> = places.collect();
    written(|writer| {
        rows.iter().try_for_each(|row| {
            let values = row.values().map_err(std::io::Error::from)?;
            let values = places.iter().filter_map(|at| values.get(*at));
            let values = form.read_at.iter().chain(values);
            writer.write_record(values.map(|value| harmless(value)))
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
