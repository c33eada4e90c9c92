//! A run of a server, as a row.

use countermand_relay_api::{Run, RunState};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::output::{Cell, Column, Record, Tone};

/// A run in which absent fields are null.
#[derive(Clone, Debug)]
pub(crate) struct RunRow(pub(crate) Run);

impl Serialize for RunRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = &self.0;
        let mut map = serializer.serialize_map(Some(Self::FIELDS.len()))?;
        map.serialize_entry("id", &run.id)?;
        map.serialize_entry("state", &run.state)?;
        map.serialize_entry("by", &run.by)?;
        map.serialize_entry("at", &run.at)?;
        map.serialize_entry("reason", &run.reason)?;
        map.serialize_entry("ticket", &run.ticket)?;
        map.serialize_entry("plan_sha256", &run.plan_sha256)?;
        map.serialize_entry("stopped_by", &run.stopped_by)?;
        map.serialize_entry("done", &run.done)?;
        map.serialize_entry("total", &run.total)?;
        map.serialize_entry("outcomes", &run.outcomes)?;
        map.serialize_entry("looked_at", &run.looked_at)?;
        map.serialize_entry("devices", &run.devices)?;
        map.serialize_entry("rule", &run.rule)?;
        map.serialize_entry("lines", &run.lines)?;
        map.serialize_entry("ended_at", &run.ended_at)?;
        let approval = run.approval.as_ref();
        map.serialize_entry("approval", &approval.map(|approval| approval.state))?;
        map.serialize_entry(
            "decided_by",
            &approval.and_then(|approval| approval.decided_by.as_ref()),
        )?;
        map.end()
    }
}

impl Record for RunRow {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "state",
        "by",
        "at",
        "reason",
        "ticket",
        "plan_sha256",
        "stopped_by",
        "done",
        "total",
        "outcomes",
        "looked_at",
        "devices",
        "rule",
        "lines",
        "ended_at",
        "approval",
        "decided_by",
    ];
    const NAME: &'static str = "id";
    const COLUMNS: &'static [Column] = &[
        Column::whole("ID"),
        Column::whole("STATE"),
        Column::whole("BY"),
        Column::whole("AT").dispensable(2),
        Column::whole("DONE"),
        Column::at_least("REASON", 12).dispensable(1),
    ];

    fn cells(&self) -> Vec<Cell> {
        let run = &self.0;
        let tone = match run.state {
            RunState::Finished | RunState::NotApproved => Tone::Faint,
            RunState::Running | RunState::Stopping => Tone::Plain,
            RunState::Waiting | RunState::Stopped | RunState::Unknown => Tone::Open,
        };
        vec![
            run.id.clone().into(),
            Cell::new(run.state.as_str(), tone),
            run.by.clone().into(),
            run.at.clone().into(),
            done(run).into(),
            reason(run).into(),
        ]
    }
}

/// Returns how many targets are settled, of how many; of a sweep also how many devices were looked at.
pub(crate) fn done(run: &Run) -> String {
    let targets = format!("{}/{}", run.done, run.total);
    match (run.looked_at, run.devices) {
        (Some(looked_at), Some(devices)) => format!("{targets} on {looked_at}/{devices} devices"),
        _ => targets,
    }
}

fn reason(run: &Run) -> String {
    let parts = [run.ticket.as_deref(), run.reason.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}
