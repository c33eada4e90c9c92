//! A command as a row.

use std::time::{SystemTime, UNIX_EPOCH};

use countermand_core_model::{Command, CommandState, Timestamp};

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
        Column::whole("CREATED").dispensable(3),
        Column::whole("EXPIRES").dispensable(4),
    ];

    fn values(&self) -> Vec<String> {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        vec![
            self.provider.to_string(),
            self.org.to_string(),
            self.device.to_string(),
            self.id.to_string(),
            self.kind.clone(),
            self.name.clone().unwrap_or_default(),
            self.state.to_string(),
            self.vendor_state.clone().unwrap_or_default(),
            time(self.created_at),
            time(self.expires_at),
        ]
    }

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

/// The state, with what else people should know of it.
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

/// To the minute, in UTC: what people compare. The exact time is in every other form.
fn to_the_minute(at: Option<Timestamp>) -> String {
    let Some(at) = at else { return String::new() };
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => text,
    }
}
