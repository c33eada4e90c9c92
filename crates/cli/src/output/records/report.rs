//! The report of a target, as a row.

use countermand_client::{CancelOutcome, CancelReport};
use countermand_core_model::{CancelSeverity, CommandState};

use crate::output::{Cell, Column, Record, Tone};

impl Record for CancelReport {
    const FIELDS: &'static [&'static str] = &[
        "device",
        "id",
        "before",
        "outcome",
        "after",
        "vendor_code",
        "message",
        "request_id",
        "attempts",
    ];
    const COLUMNS: &'static [Column] = &[
        Column::whole("DEVICE"),
        Column::whole("ID"),
        Column::whole("BEFORE").dispensable(3),
        Column::whole("OUTCOME"),
        Column::whole("AFTER").dispensable(2),
        Column::at_least("MESSAGE", 12).dispensable(1),
    ];

    fn cells(&self) -> Vec<Cell> {
        let state = |state: Option<CommandState>| state.map_or("-", CommandState::as_str);
        vec![
            self.device.to_string().into(),
            self.id.to_string().into(),
            state(self.before).into(),
            Cell::new(self.outcome.as_str(), tone(self)),
            state(self.after).into(),
            message(self).into(),
        ]
    }
}

fn message(report: &CancelReport) -> String {
    let code = report.vendor_code.as_ref();
    let code = code.map(|code| format!("code {code}"));
    let before = (report.is_cancelled_now() && report.outcome == CancelOutcome::AlreadyFinished)
        .then(|| "was cancelled before".to_owned());
    [before, code, report.message.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ")
}

fn tone(report: &CancelReport) -> Tone {
    if report.is_cancelled_now() {
        return Tone::Good;
    }
    match report.outcome.severity() {
        CancelSeverity::Good => Tone::Good,
        CancelSeverity::Neutral => Tone::Plain,
        CancelSeverity::Open | CancelSeverity::Warning => Tone::Open,
        CancelSeverity::Bad => Tone::Bad,
    }
}
