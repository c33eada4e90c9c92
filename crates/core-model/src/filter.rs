//! Which commands a list, a cancel or a table is narrowed down to.

mod covering;

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    Command, CommandState, KindName, SearchText, SeverityLevel, SeverityRules, StateSet, Timestamp,
};

/// Matches the commands that satisfy every field that is set. An empty filter matches every command.
///
/// It is serialized without its states, which a journal does not need: a run cancels what is pending.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// One of these states; any if empty.
    #[serde(skip)]
    pub states: StateSet,
    /// One of these kinds; any if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindName>,
    /// Created at this time or later. A command whose time is not known does not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_after: Option<Timestamp>,
    /// Created before this time. A command whose time is not known does not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_before: Option<Timestamp>,
    /// This text is in the id, kind, name or device, without case.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "without_case"
    )]
    pub text: Option<SearchText>,
    /// At least as grave as this, as [`severity_rules`](Self::severity_rules) tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityLevel>,
    /// What an operator says of severity. Whoever reads a filter from a file sets them anew.
    #[serde(skip)]
    pub severity_rules: SeverityRules,
}

fn without_case<S: Serializer>(
    text: &Option<SearchText>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    text.as_ref().map(SearchText::folded).serialize(serializer)
}

/// What is not known of a command, though a filter asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownField {
    /// When it was created.
    Time,
    /// Its kind.
    Kind,
}

impl Filter {
    /// Returns whether `command` matches.
    pub fn matches(&self, command: &Command) -> bool {
        self.has_state(command.state) && self.matches_in_any_state(command)
    }

    /// Returns whether `command` matches, whatever its state.
    pub fn matches_in_any_state(&self, command: &Command) -> bool {
        self.has_kind(&command.kind)
            && self.has_time(command.created_at)
            && self.has_severity(command)
            && self.has_text(command)
    }

    /// Returns whether `command` matches, whatever its state, or may match: what the filter asks for is not known of
    /// it.
    pub fn may_match(&self, command: &Command) -> bool {
        self.matches_in_any_state(command) || self.unknown_field(command).is_some()
    }

    /// Returns what is not known of `command`, if it may match but for that.
    pub fn unknown_field(&self, command: &Command) -> Option<UnknownField> {
        let has_no_time = self.narrows_time() && command.created_at.is_none();
        let has_kind = self.has_kind(&command.kind) && self.has_severity(command);
        let has_no_kind = !has_kind && is_unknown_kind(&command.kind);
        let others_match = self.has_text(command)
            && (has_no_time || self.has_time(command.created_at))
            && (has_no_kind || has_kind);
        match others_match {
            true if has_no_time => Some(UnknownField::Time),
            true if has_no_kind => Some(UnknownField::Kind),
            _ => None,
        }
    }

    /// Returns whether the filter takes this state.
    pub fn has_state(&self, state: CommandState) -> bool {
        self.states.is_empty() || self.states.has(state)
    }

    /// Returns whether the filter takes this kind.
    pub fn has_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|one| one.is(kind))
    }

    /// Returns whether the filter takes a command created at this time.
    pub fn has_time(&self, created_at: Option<Timestamp>) -> bool {
        !self.narrows_time()
            || created_at.is_some_and(|at| {
                self.created_after.is_none_or(|after| at >= after)
                    && self.created_before.is_none_or(|before| at < before)
            })
    }

    fn narrows_time(&self) -> bool {
        self.created_after.is_some() || self.created_before.is_some()
    }

    fn has_severity(&self, command: &Command) -> bool {
        self.severity.is_none_or(|least| {
            let rules = &self.severity_rules;
            rules
                .of_command(&command.kind, command.name.as_deref())
                .level()
                >= least
        })
    }

    fn has_text(&self, command: &Command) -> bool {
        let text = self.text.as_ref();
        text.is_none_or(|text| text.is_in_command(command))
    }
}

/// The kind of a command whose provider does not tell it.
const UNKNOWN_KIND: &str = "UNKNOWN";

fn is_unknown_kind(kind: &str) -> bool {
    let kind = kind.trim();
    kind.is_empty() || kind.eq_ignore_ascii_case(UNKNOWN_KIND)
}

/// A field of a filter that an address names. The states are not among them: what is shown without any differs from
/// place to place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterField {
    /// A kind. There may be several.
    Kind,
    /// The earliest time.
    After,
    /// The time of the first command that does not match any more.
    Before,
    /// The text.
    Text,
}

impl FilterField {
    /// Every field, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Kind, Self::After, Self::Before, Self::Text];

    /// Returns the word used in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::After => "after",
            Self::Before => "before",
            Self::Text => "text",
        }
    }

    /// Returns the field of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// Returns whether it may be set several times.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Kind)
    }

    /// Sets the field, or adds to its list. Returns `None` if the value is invalid.
    pub fn set(self, filter: &mut Filter, value: &str) -> Option<()> {
        match self {
            Self::Kind => {
                KindName::parse("kind", value).ok()?;
                filter.kinds.push(KindName::exact(value));
            }
            Self::After => filter.created_after = Some(Timestamp::parse_rfc3339(value)?),
            Self::Before => filter.created_before = Some(Timestamp::parse_rfc3339(value)?),
            Self::Text => {
                SearchText::parse("text", value).ok()?;
                filter.text = SearchText::typed(value);
            }
        }
        Some(())
    }

    /// Returns the values that are set.
    pub fn values(self, filter: &Filter) -> Vec<String> {
        let time = |at: Option<Timestamp>| at.iter().map(Timestamp::to_string).collect();
        match self {
            Self::Kind => {
                let kinds = filter.kinds.iter();
                kinds.map(|kind| kind.as_str().to_owned()).collect()
            }
            Self::After => time(filter.created_after),
            Self::Before => time(filter.created_before),
            Self::Text => {
                let text = filter.text.iter().map(|text| text.as_str().trim());
                let text = text.filter(|text| !text.is_empty());
                text.map(str::to_owned).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests;
