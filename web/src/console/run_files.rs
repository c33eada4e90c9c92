//! The rows of a run as files.

use countermand_client::CancelReport;
use countermand_console::export;
use js_sys::Array;

use crate::platform::{cooperative_yield::Yielder, files};

/// As what a run can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows for a spreadsheet.
    Csv,
    /// Rows for a program.
    Json,
    /// What `countermand verify` checks.
    Journal,
}

/// Offers the rows of a run as a file.
pub(super) async fn offer(run: &str, rows: Vec<CancelReport>, format: Format) -> bool {
    let (ending, kind) = match format {
        Format::Csv => ("csv", "text/csv"),
        _ => ("json", "application/json"),
    };
    let parts = parts(rows, format).await;
    files::offer(&format!("countermand-{run}.{ending}"), kind, &parts)
}

/// The rows as parts of a file, in slices.
async fn parts(rows: Vec<CancelReport>, format: Format) -> Array {
    let parts = Array::new();
    let mut yielder = Yielder::begin();
    let mut is_first = true;
    if format == Format::Csv {
        parts.push(&files::part(export::csv_head()));
    }
    for some in rows.chunks(export::AT_A_TIME) {
        let mut text = String::new();
        for report in some {
            match format {
                Format::Csv => export::csv_row(report, &mut text),
                _ => export::json_row(report, is_first, &mut text),
            }
            is_first = false;
        }
        parts.push(&files::part(&text));
        yielder.yield_if_due().await;
    }
    if format == Format::Json {
        parts.push(&files::part(export::json_tail(is_first)));
    }
    parts
}
