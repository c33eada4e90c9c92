//! Which of a device's commands are meant.

use clap::Args;
use countermand_client::Filter;
use countermand_core_model::{CommandState, Timestamp};

use super::when;

/// Only commands that satisfy every one of these that is given.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which commands")]
pub(crate) struct FilterArgs {
    /// Of this kind, as LOCK; several are alternatives; their case does not matter
    #[arg(long, value_name = "KIND", num_args = 1..)]
    pub(crate) kind: Vec<String>,
    /// Given at this time or later: RFC 3339, or as long ago as 2h or 3d
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    pub(crate) created_after: Option<Timestamp>,
    /// Given before this time: RFC 3339, or as long ago as 2h or 3d
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    pub(crate) created_before: Option<Timestamp>,
    /// With this text in the id, kind, name or device; its case does not matter
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
}

impl FilterArgs {
    /// The filter; none where nothing was asked for.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let mut filter = Filter::default();
        filter.kinds.clone_from(&self.kind);
        filter.created_after = self.created_after;
        filter.created_before = self.created_before;
        filter.text.clone_from(&self.text);
        (filter != Filter::default()).then_some(filter)
    }

    /// The filter for commands in this state, where one is given.
    pub(crate) fn in_state(&self, state: Option<CommandState>) -> Filter {
        let mut filter = self.filter().unwrap_or_default();
        filter.states.extend(state);
        filter
    }
}
