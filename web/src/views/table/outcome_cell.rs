//! What becomes of a row's command, or why it cannot be cancelled.

use std::cell::RefCell;

use countermand_client::{CancelReport, RowStage, RunRow};
use countermand_console::{outcome, problem::vendor_says, text::run};
use web_sys::HtmlElement;

use super::dom::{child, set, write};

/// The cell of a row that says it.
pub(super) struct OutcomeCell {
    cell: HtmlElement,
    /// What it says. Rows are written again and again during a run, and most of them say the same each time.
    said: RefCell<Said>,
}

/// What a cell says: what a run says of the row, or why not.
type Said = (Option<RunRow>, Option<String>);

impl OutcomeCell {
    /// A cell that says nothing.
    pub(super) fn new(cell: HtmlElement) -> Self {
        Self {
            cell,
            said: RefCell::default(),
        }
    }

    /// Says what becomes of it; without a run, why not.
    pub(super) fn write(&self, row: Option<&RunRow>, why_not: Option<&str>) {
        {
            let said = self.said.borrow();
            if (said.0.as_ref(), said.1.as_deref()) == (row, why_not) {
                return;
            }
        }
        self.said
            .replace((row.cloned(), why_not.map(str::to_owned)));
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
