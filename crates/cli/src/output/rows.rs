//! Printing rows as they arrive.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use super::{
    csv,
    form::Form,
    format::Format,
    print,
    record::Record,
    say,
    streams::{Unwritten, stdout_shape},
    table, text,
};

/// The rows of one page of a table. Columns are as wide as the page needs.
const PAGE: usize = 500;
/// The longest time to wait until a page is full.
const PAGE_AFTER: Duration = Duration::from_secs(1);

/// A result that is being printed.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    form: Form,
    /// The rows of the page, or all that are held back.
    page: Vec<R>,
    page_since: Instant,
    any_printed: bool,
    /// The number of rows taken.
    taken: usize,
    /// The number of rows beyond the limit.
    left_out: usize,
    /// What was printed by name.
    names: HashSet<String>,
    /// The columns that did not fit.
    gone: Vec<String>,
}

impl<R: Record> Rows<R> {
    /// Starts, and prints what comes before the first row.
    pub(crate) fn start(form: Form) -> Result<Self, Unwritten> {
        if form.format == Format::Csv && !form.continues {
            let mark = if form.bom { "\u{feff}" } else { "" };
            print(&format!("{mark}{}", csv::header::<R>(&form)?))?;
        }
        Ok(Self {
            form,
            page: Vec::new(),
            page_since: Instant::now(),
            any_printed: false,
            taken: 0,
            left_out: 0,
            names: HashSet::new(),
            gone: Vec::new(),
        })
    }

    /// Returns whether `more` further rows would be printed at once.
    pub(crate) fn is_due(&self, more: usize) -> bool {
        if self.form.holds_back() {
            return false;
        }
        match self.form.format.is_table() {
            true => {
                let count = self.page.len() + more;
                count >= PAGE || (count > 0 && self.page_since.elapsed() >= PAGE_AFTER)
            }
            false => more > 0,
        }
    }

    /// Returns whether each row is printed by itself, whatever its place.
    pub(crate) fn is_by_line(&self) -> bool {
        self.form.format == Format::Ndjson && !self.form.holds_back()
    }

    /// Returns whether no further row would be printed.
    pub(crate) fn is_full(&self) -> bool {
        let limit = self.form.limit.filter(|_| self.form.sort.is_none());
        limit.is_some_and(|limit| self.taken >= limit)
    }

    /// Adds rows, and prints those that are due.
    pub(crate) fn add(&mut self, mut rows: Vec<R>) -> Result<(), Unwritten> {
        if self.form.sort.is_none() {
            self.keep_to_limit(&mut rows);
        }
        if !self.form.holds_back() && !self.form.format.is_table() {
            return self.print(&rows);
        }
        let is_due = self.is_due(rows.len());
        self.page.extend(rows);
        if is_due { self.print_page() } else { Ok(()) }
    }

    /// Takes as many rows as the limit allows.
    fn keep_to_limit(&mut self, rows: &mut Vec<R>) {
        if let Some(limit) = self.form.limit {
            let count = rows.len();
            rows.truncate(limit.saturating_sub(self.taken));
            self.left_out += count - rows.len();
        }
        self.taken += rows.len();
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
            Format::Table | Format::Wide => {
                let between = if is_first { "" } else { "\n" };
                let table = self.table(rows)?;
                print(&format!("{between}{table}"))
            }
            Format::Json => {
                let mut text = String::new();
                for (place, row) in rows.iter().enumerate() {
                    let begins = is_first && place == 0;
                    text.push_str(if begins { "[\n  " } else { ",\n  " });
                    text.push_str(&self.json_line(row)?);
                }
                print(&text)
            }
            Format::Ndjson => {
                let mut text = String::new();
                for row in rows {
                    text.push_str(&self.json_line(row)?);
                    text.push('\n');
                }
                print(&text)
            }
            Format::Csv => print(&csv::lines(&self.form, rows)?),
            Format::Id => print(&bare::<R>(R::ID, rows)?.concat()),
            Format::Name => {
                let mut names = bare::<R>(R::NAME, rows)?;
                names.retain(|name| self.names.insert(name.clone()));
                print(&names.concat())
            }
        }
    }

    fn table(&mut self, rows: &[R]) -> Result<String, Unwritten> {
        let (shape, whole) = (stdout_shape(), self.form.format == Format::Wide);
        let table = match &self.form.columns {
            Some(columns) => table::render_fields(columns, rows, shape, whole)?,
            None => table::render(rows, shape, whole),
        };
        for column in table.gone {
            if !self.gone.contains(&column) {
                self.gone.push(column);
            }
        }
        Ok(table.text)
    }

    /// Returns a row as one line of JSON, without a line end.
    fn json_line(&self, row: &R) -> serde_json::Result<String> {
        let json = match self.form.selected(row)? {
            Some(selected) => serde_json::to_string(&selected)?,
            None => serde_json::to_string(row)?,
        };
        Ok(text::json_line(&json))
    }

    /// Prints the remaining rows, and names the columns that did not fit. Returns how many rows the limit left out.
    pub(crate) fn end(mut self) -> Result<usize, Unwritten> {
        if let Some(sort) = self.form.sort {
            let mut rows = std::mem::take(&mut self.page);
            sort.sort(&mut rows)?;
            self.keep_to_limit(&mut rows);
            self.page = rows;
        }
        self.print_page()?;
        match self.form.format {
            Format::Json if self.any_printed => print("\n]\n")?,
            Format::Json => print("[]\n")?,
            _ => {}
        }
        if !self.gone.is_empty() {
            say(&format!(
                "Columns not shown: {}. Use --output wide to see them.",
                self.gone.join(", ")
            ));
        }
        Ok(self.left_out)
    }
}

/// Returns the values of `field`, each with a line end.
fn bare<R: Record>(field: &str, rows: &[R]) -> serde_json::Result<Vec<String>> {
    let place = R::FIELDS.iter().position(|one| *one == field);
    rows.iter()
        .map(|row| {
            let values = row.values()?;
            let value = place.and_then(|at| values.get(at));
            Ok(value.map_or_else(String::new, |value| format!("{}\n", text::visible(value))))
        })
        .collect()
}
