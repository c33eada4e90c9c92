//! What becomes of a row's command, or why it cannot be cancelled.

use std::cell::Cell;

use countermand_client::{CancelReport, RowStage, RunRow};
use countermand_console::{outcome, problem::vendor_says, text::run};
use web_sys::HtmlElement;

use super::dom::{child, set, write};

/// The cell of a row that says it.
pub(super) struct OutcomeCell {
    cell: HtmlElement,
    /// It says nothing: so it is with most rows, and nothing has to be done to say it again.
    is_empty: Cell<bool>,
}

impl OutcomeCell {
    /// A cell that says nothing.
    pub(super) fn new(cell: HtmlElement) -> Self {
        Self {
            cell,
            is_empty: Cell::new(true),
        }
    }

    /// Says what becomes of it; without a run, why not.
    pub(super) fn write(&self, row: Option<&RunRow>, why_not: Option<&str>) {
        let is_empty = row.is_none() && why_not.is_none();
        if self.is_empty.replace(is_empty) && is_empty {
            return;
        }
        let cell = &self.cell;
        write(cell, "");
        let _ = cell.remove_attribute("title");
        let Some(row) = row else {
            write(&child(cell, "span", "faint"), why_not.unwrap_or_default());
            return;
        };
        let busy = match row.stage {
            RowStage::Settled => return settled(cell, &row.report),
            RowStage::Queued => run::queued(),
            RowStage::Sending => run::sending(),
            RowStage::Verifying => run::verifying(),
            RowStage::Watching => run::watching(),
        };
        write(&child(cell, "span", "busy"), busy);
    }
}

fn settled(cell: &HtmlElement, report: &CancelReport) {
    let badge = child(cell, "span", "badge");
    let group = report.severity().group();
    set(&badge, "data-tone", outcome::tone(group).name());
    write(&badge, outcome::label(report));
    let why = child(cell, "span", "why");
    let explanation = outcome::explanation(report);
    write(&why, &explanation);
    // A row is two lines; the results and the details have room for the provider's own words.
    let whole = match vendor_says(report) {
        Some(said) => format!("{explanation} {said}"),
        None => explanation.clone(),
    };
    set(cell, "title", &whole);
}
