//! Printing: results on standard output in one of four formats, messages on standard error.

mod csv;
pub(crate) mod pretty;
mod record;
mod records;
mod rows;
mod streams;
mod table;

pub(crate) use countermand_core_model::sanitize as text;

use crate::args::OutputArgs;

pub(crate) use record::{Cell, Column, Record, Tone};
pub(crate) use records::{CommandDetails, DeviceRow};
pub(crate) use rows::Rows;
pub(crate) use streams::{Unwritten, alarm, may_colour, print, say, stderr_shape};
pub(crate) use table::render;

/// Returns a number with its noun: "1 device", "2 devices".
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

/// Prints `rows`. A closed standard output is no failure.
pub(crate) fn print_rows<R: Record>(form: OutputArgs, rows: &[R]) -> Result<(), Unwritten> {
    let mut printed = Rows::start(form)?;
    printed.print(rows)?;
    printed.end()
}
