//! Which of a device's commands are meant.

use clap::Args;
use countermand_client::Filter;
use countermand_core_model::{CommandState, InvalidValue, KindName, SearchText, Timestamp};

use super::when;

/// Only commands that satisfy every one of these that is given.
///
/// Each takes one value, and a blank one is refused: it would be an unset variable, and let everything through.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which commands")]
pub(crate) struct FilterArgs {
    /// Of this kind, as LOCK; several by commas, or by giving it again. Case, blanks, _ and - do not matter
    #[arg(long, value_name = "KIND,...", num_args = 1, value_parser = kinds)]
    pub(crate) kind: Vec<Kinds>,
    /// Given at this time or later: RFC 3339, or as long ago as 2h or 3d
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    pub(crate) created_after: Option<Timestamp>,
    /// Given before this time: RFC 3339, or as long ago as 2h or 3d
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    pub(crate) created_before: Option<Timestamp>,
    /// With this text in the id, kind, name or device; its case does not matter
    #[arg(long, value_name = "TEXT", value_parser = text)]
    pub(crate) text: Option<Text>,
}

/// Kinds of one value of the option.
#[derive(Clone, Debug)]
pub(crate) struct Kinds(Vec<KindName>);

fn kinds(value: &str) -> Result<Kinds, InvalidValue> {
    KindName::parse_list("--kind", value).map(Kinds)
}

/// A text to search for, with how it was given.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    given: String,
    search: SearchText,
}

/// A text that narrows: never blank.
pub(super) fn text(value: &str) -> Result<Text, InvalidValue> {
    Ok(Text {
        given: value.to_owned(),
        search: SearchText::parse("text", value)?,
    })
}

impl Text {
    /// As it was given.
    pub(crate) fn given(&self) -> &str {
        &self.given
    }
}

impl FilterArgs {
    /// The filter; none where nothing was asked for.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let mut filter = Filter::default();
        filter.kinds = self.kinds().cloned().collect();
        filter.created_after = self.created_after;
        filter.created_before = self.created_before;
        filter.text = self.text.as_ref().map(|text| text.search.clone());
        (filter != Filter::default()).then_some(filter)
    }

    /// The filter for commands in this state, where one is given.
    pub(crate) fn in_state(&self, state: Option<CommandState>) -> Filter {
        let mut filter = self.filter().unwrap_or_default();
        filter.states.extend(state);
        filter
    }

    /// The kinds that were asked for.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &KindName> {
        self.kind.iter().flat_map(|kinds| &kinds.0)
    }

    /// What must be true of a command, in words: "of kind LOCK or WIPE, given before ...".
    pub(crate) fn in_words(&self) -> String {
        let kinds: Vec<&str> = self.kinds().map(KindName::as_str).collect();
        let mut words = Vec::new();
        if !kinds.is_empty() {
            words.push(format!("of kind {}", kinds.join(" or ")));
        }
        if let Some(after) = self.created_after {
            words.push(format!("given at {after} or later"));
        }
        if let Some(before) = self.created_before {
            words.push(format!("given before {before}"));
        }
        if let Some(text) = &self.text {
            words.push(format!("with {:?} in it", text.given));
        }
        words.join(" and ")
    }
}
