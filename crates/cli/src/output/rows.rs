//! Printing rows as they arrive.

use std::time::{Duration, Instant};

use super::{
    csv, print,
    record::Record,
    say,
    streams::{Unwritten, stdout_shape},
    table,
};
use crate::args::{Format, OutputArgs};

/// The rows of one page of a table. Columns are as wide as the page needs.
const PAGE: usize = 500;
/// The longest time to wait until a page is full.
const PAGE_AFTER: Duration = Duration::from_secs(1);

/// A result that is being printed.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    form: OutputArgs,
    /// The rows of the page.
    page: Vec<R>,
    page_since: Instant,
    any_printed: bool,
    /// The columns that did not fit.
    gone: Vec<&'static str>,
}

impl<R: Record> Rows<R> {
    /// Starts, and prints what comes before the first row.
    pub(crate) fn start(form: OutputArgs) -> Result<Self, Unwritten> {
        if form.format == Format::Csv {
            let mark = if form.bom { "\u{feff}" } else { "" };
            print(&format!("{mark}{}", csv::header::<R>()?))?;
        }
        Ok(Self {
            form,
            page: Vec::new(),
            page_since: Instant::now(),
            any_printed: false,
            gone: Vec::new(),
        })
    }

    /// Returns whether `more` further rows would be printed at once.
    pub(crate) fn is_due(&self, more: usize) -> bool {
        match self.form.format {
            Format::Table => {
                let count = self.page.len() + more;
                count >= PAGE || (count > 0 && self.page_since.elapsed() >= PAGE_AFTER)
            }
            _ => more > 0,
        }
    }

    /// Adds rows, and prints those that are due.
    pub(crate) fn add(&mut self, rows: Vec<R>) -> Result<(), Unwritten> {
        if self.form.format != Format::Table {
            return self.print(&rows);
        }
        let is_due = self.is_due(rows.len());
        self.page.extend(rows);
        if is_due { self.print_page() } else { Ok(()) }
    }

    fn print_page(&mut self) -> Result<(), Unwritten> {
        self.page_since = Instant::now();
        let page = std::mem::take(&mut self.page);
        self.print(&page)
    }

    /// Prints rows at once. In a table they are a page of their own.
    pub(super) fn print(&mut self, rows: &[R]) -> Result<(), Unwritten> {
        if rows.is_empty() {
            return Ok(());
        }
        let is_first = !std::mem::replace(&mut self.any_printed, true);
        match self.form.format {
            Format::Table => {
                let table = table::render(rows, stdout_shape(), self.form.wide);
                for column in table.gone {
                    if !self.gone.contains(&column) {
                        self.gone.push(column);
                    }
                }
                let between = if is_first { "" } else { "\n" };
                print(&format!("{between}{}", table.text))
            }
            Format::Json => {
                let mut text = String::new();
                for (place, row) in rows.iter().enumerate() {
                    let begins = is_first && place == 0;
                    text.push_str(if begins { "[\n  " } else { ",\n  " });
                    text.push_str(&json_line(row)?);
                }
                print(&text)
            }
            Format::Ndjson => print(&json_lines(rows)?),
            Format::Csv => print(&csv::lines(rows)?),
        }
    }

    /// Prints the remaining rows, and names the columns that did not fit.
    pub(crate) fn end(mut self) -> Result<(), Unwritten> {
        match self.form.format {
            Format::Table => self.print_page()?,
            Format::Json if self.any_printed => print("\n]\n")?,
            Format::Json => print("[]\n")?,
            Format::Ndjson | Format::Csv => {}
        }
        if !self.gone.is_empty() {
            say(&format!(
                "not shown: {} (--wide shows every column)",
                self.gone.join(", ")
            ));
        }
        Ok(())
    }
}

/// Returns one line of JSON per row.
fn json_lines<R: Record>(rows: &[R]) -> serde_json::Result<String> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&json_line(row)?);
        text.push('\n');
    }
    Ok(text)
}

/// Returns a row as one line of JSON, without a line end.
fn json_line<R: Record>(row: &R) -> serde_json::Result<String> {
    serde_json::to_string(row).map(|json| super::text::json_line(&json))
}
