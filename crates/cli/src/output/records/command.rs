//! A command as a row, briefly and in full.

use std::time::{SystemTime, UNIX_EPOCH};

use countermand_core_model::{Command, CommandState, RawJson, Timestamp};
use serde::{Serialize, Serializer};

use crate::output::{Cell, Column, Record, Tone};

impl Record for Command {
    const FIELDS: &'static [&'static str] = &[
        "provider",
        "org",
        "device",
        "id",
        "kind",
        "name",
        "state",
        "vendor_state",
        "created_at",
        "expires_at",
    ];
    const COLUMNS: &'static [Column] = &[
        Column::whole("DEVICE"),
        Column::whole("ID"),
        Column::at_least("KIND", 10).dispensable(1),
        Column::whole("NAME"),
        Column::whole("STATE"),
        Column::whole("CREATED").of("created_at").dispensable(3),
        Column::whole("EXPIRES").of("expires_at").dispensable(4),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.device.to_string().into(),
            self.id.to_string().into(),
            self.kind.as_str().into(),
            self.name.clone().unwrap_or_default().into(),
            Cell::new(state_words(self), tone(self.state)),
            to_the_minute(self.created_at).into(),
            to_the_minute(self.expires_at).into(),
        ]
    }
}

/// A command with its request and the provider's JSON.
#[derive(Clone, Debug)]
pub(crate) struct CommandDetails(pub(crate) Command);

impl Serialize for CommandDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            command: &'a Command,
            request: &'a Option<RawJson>,
            raw: &'a Option<RawJson>,
        }
        let Self(command) = self;
        Whole {
            command,
            request: &command.request,
            raw: &command.raw,
        }
        .serialize(serializer)
    }
}

impl Record for CommandDetails {
    const FIELDS: &'static [&'static str] = &[
        "provider",
        "org",
        "device",
        "id",
        "kind",
        "name",
        "state",
        "vendor_state",
        "created_at",
        "expires_at",
        "request",
        "raw",
    ];
    const COLUMNS: &'static [Column] = Command::COLUMNS;

    fn cells(&self) -> Vec<Cell> {
        self.0.cells()
    }

    /// The JSON in the provider's own spelling.
    fn values(&self) -> serde_json::Result<Vec<String>> {
        let json = |raw: &Option<RawJson>| raw.as_ref().map_or("", RawJson::as_str).to_owned();
        let mut values = self.0.values()?;
        values.extend([json(&self.0.request), json(&self.0.raw)]);
        Ok(values)
    }
}

/// Returns the state, and what else people should know about it.
pub(crate) fn state_words(command: &Command) -> String {
    match (command.state, &command.vendor_state) {
        (CommandState::Unknown, Some(word)) => format!("unknown ({word})"),
        (state, _) if now().is_some_and(|now| command.is_past_its_validity(now)) => {
            format!("{state} (validity expired)")
        }
        (state, _) => state.to_string(),
    }
}

pub(super) fn tone(state: CommandState) -> Tone {
    match state {
        CommandState::Pending => Tone::Open,
        CommandState::Sent | CommandState::Unknown => Tone::Plain,
        CommandState::Failed | CommandState::TimedOut => Tone::Bad,
        CommandState::Succeeded | CommandState::Cancelled | CommandState::Expired => Tone::Faint,
    }
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?)
}

/// Returns the time to the minute, in UTC. The exact time is in every other format.
fn to_the_minute(at: Option<Timestamp>) -> String {
    let Some(at) = at else { return String::new() };
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => text,
    }
}
