//! What is printed: results on standard output in one of four forms, words for people on standard error.

mod csv;
mod json;
pub(crate) mod pretty;
mod record;
mod records;
mod rows;
pub(crate) mod shell;
mod stderr;
mod stdout;
mod table;
mod terminal;

use clap::ValueEnum;
pub(crate) use countermand_core_model::foreign_text as text;

use crate::args::OutputArgs;

pub(crate) use record::{Cell, Column, Record, Tone};
pub(crate) use records::{DeviceRow, Shown};
pub(crate) use rows::Rows;
pub(crate) use stderr::{alarm, say};
pub(crate) use stdout::{Unwritten, print};
pub(crate) use table::render;
pub(crate) use terminal::{may_colour, stderr_shape, stdout_shape};

/// The form of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: fits the terminal.
    #[default]
    Table,
    /// One array.
    Json,
    /// One object a line.
    Ndjson,
    /// With a header; cells that a spreadsheet would compute begin with an apostrophe.
    Csv,
}

/// Prints `rows`. Standard output that nobody reads any more is no failure.
pub(crate) fn print_rows<R: Record>(form: OutputArgs, rows: &[R]) -> Result<(), Unwritten> {
    let mut printed = Rows::start(form)?;
    printed.print(rows)?;
    printed.end()
}
