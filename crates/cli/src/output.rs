//! Printing: results on standard output, messages on standard error.

mod csv;
mod form;
mod format;
pub(crate) mod pretty;
mod record;
mod records;
mod rows;
mod streams;
mod table;

pub(crate) use countermand_core_model::sanitize as text;

pub(crate) use form::{Form, Sort};
pub(crate) use format::Format;
pub(crate) use record::{Cell, Column, Record, Tone};
pub(crate) use records::{BrakeRuleRow, CommandDetails, DeviceRow, ReadRow, RunRow};
pub(crate) use rows::Rows;
pub(crate) use streams::{
    Unwritten, alarm, is_reader_gone, may_colour, print, redraws, say, stderr_shape,
};
pub(crate) use table::render;

/// Returns a number with its noun: "1 device", "2,000 devices".
pub(crate) fn count(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{} {noun}s", number(count)),
    }
}

/// Returns a number with its noun and verb: "1 device was", "2,000 devices were".
pub(crate) fn were(number: usize, noun: &str) -> String {
    let verb = if number == 1 { "was" } else { "were" };
    format!("{} {verb}", count(number, noun))
}

/// Returns a number as people read it: "12,345". What programs read has no separators.
pub(crate) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Prints `rows`. A closed standard output is no failure.
pub(crate) fn print_rows<R: Record>(form: impl Into<Form>, rows: &[R]) -> Result<(), Unwritten> {
    let mut printed = Rows::start(form.into())?;
    printed.print(rows)?;
    printed.end().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_for_people() {
        for (number_of, said) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(number(number_of), said);
        }
        assert_eq!(count(1, "device"), "1 device");
        assert_eq!(count(100_000, "device"), "100,000 devices");
    }
}
