//! Which of a device's commands are selected.

use clap::Args;
use countermand_core_model::{
    CommandState, Filter, InvalidValue, KindName, SearchText, StateSet, Timestamp,
};

use super::timestamp;

/// Selects the commands that match all the options given.
///
/// Each option takes one value. A blank value is refused: it is most likely an unset variable, and would match everything.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filter")]
pub(crate) struct FilterArgs {
    /// Only commands of these kinds, such as LOCK; comma-separated or repeated. Case, spaces, _ and - are ignored
    #[arg(long, value_name = "KIND,...", num_args = 1, value_parser = kinds)]
    pub(crate) kind: Vec<Kinds>,
    /// Only commands created at or after this time: a date or time in UTC (2026-11-20, 2026-11-20T08:00), RFC 3339, or
    /// an age such as 2h, 3d or 2w
    #[arg(long, visible_alias = "since", value_name = "TIME", value_parser = timestamp::parse)]
    pub(crate) created_after: Option<Timestamp>,
    /// Only commands created before this time, given in the same way
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse)]
    pub(crate) created_before: Option<Timestamp>,
    /// Only commands with this text in the ID, kind, name or device; case is ignored
    #[arg(long, value_name = "TEXT", value_parser = parse_text)]
    pub(crate) text: Option<SearchText>,
}

/// The kinds in one value of `--kind`.
#[derive(Clone, Debug)]
pub(crate) struct Kinds(Vec<KindName>);

fn kinds(value: &str) -> Result<Kinds, InvalidValue> {
    KindName::parse_list("--kind", value).map(Kinds)
}

/// Parses a search text, which must not be blank.
pub(crate) fn parse_text(value: &str) -> Result<SearchText, InvalidValue> {
    SearchText::parse("text", value)
}

impl FilterArgs {
    /// Returns the filter, or `None` if no option was given.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let filter = Filter {
            states: StateSet::default(),
            kinds: self.kinds().cloned().collect(),
            created_after: self.created_after,
            created_before: self.created_before,
            text: self.text.clone(),
            ..Filter::default()
        };
        (filter != Filter::default()).then_some(filter)
    }

    /// Returns the filter for commands in `state`, or in any state.
    pub(crate) fn in_state(&self, state: Option<CommandState>) -> Filter {
        let mut filter = self.filter().unwrap_or_default();
        filter.states = StateSet::of(state);
        filter
    }

    fn kinds(&self) -> impl Iterator<Item = &KindName> {
        self.kind.iter().flat_map(|kinds| &kinds.0)
    }

    /// Describes the filter by its options: "--kind LOCK,WIPE and --created-before ...".
    pub(crate) fn describe(&self) -> String {
        let kinds: Vec<&str> = self.kinds().map(KindName::as_str).collect();
        let mut options = Vec::new();
        if !kinds.is_empty() {
            options.push(format!("--kind {}", kinds.join(",")));
        }
        if let Some(after) = self.created_after {
            options.push(format!("--created-after {after}"));
        }
        if let Some(before) = self.created_before {
            options.push(format!("--created-before {before}"));
        }
        if let Some(text) = &self.text {
            options.push(format!("--text {:?}", text.as_str()));
        }
        options.join(" and ")
    }
}
