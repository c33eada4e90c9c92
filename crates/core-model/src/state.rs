//! The state of a command.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::InvalidValue;

/// The state of a command, the same for all providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// It is pending at the provider. Only now can it be cancelled.
    Pending,
    /// It went to the device, which has not answered yet.
    Sent,
    /// The device executed it.
    Succeeded,
    /// It ended in an error.
    Failed,
    /// It was cancelled before it went out.
    Cancelled,
    /// It waited too long and will not run.
    Expired,
    /// It went to the device, whose answer did not come in time.
    TimedOut,
    /// The provider's word is not known, or contradicts itself.
    Unknown,
}

impl CommandState {
    /// Every state, in the order of a command's life.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sent,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
        Self::TimedOut,
        Self::Unknown,
    ];

    /// The word used in options, output and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::TimedOut => "timed_out",
            Self::Unknown => "unknown",
        }
    }

    /// Returns whether it has ended, in any way.
    pub const fn has_ended(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::Cancelled | Self::Expired | Self::TimedOut
        )
    }

    /// Returns whether it went to the device: it can no longer be cancelled.
    pub const fn reached_device(self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Succeeded | Self::Failed | Self::TimedOut
        )
    }
}

impl fmt::Display for CommandState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CommandState {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            InvalidValue::new(
                "state",
                "must be pending, sent, succeeded, failed, cancelled, expired, timed_out or unknown",
                text,
            )
        })
    }
}

/// A set of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateSet(u16);

impl StateSet {
    /// Returns the set of these states.
    pub fn of(states: impl IntoIterator<Item = CommandState>) -> Self {
        let mut set = Self::default();
        for state in states {
            set.set(state, true);
        }
        set
    }

    /// Returns whether `state` is in it.
    pub const fn has(self, state: CommandState) -> bool {
        self.0 & (1 << state as u16) != 0
    }

    /// Puts `state` in or takes it out.
    pub const fn set(&mut self, state: CommandState, on: bool) {
        if on {
            self.0 |= 1 << state as u16;
        } else {
            self.0 &= !(1 << state as u16);
        }
    }

    /// Returns whether it has no state.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns its state, if it has exactly one.
    pub fn only(self) -> Option<CommandState> {
        let mut states = self.iter();
        states.next().filter(|_| states.next().is_none())
    }

    /// Returns the states, in the order of a command's life.
    pub fn iter(self) -> impl Iterator<Item = CommandState> {
        CommandState::ALL
            .into_iter()
            .filter(move |state| self.has(*state))
    }
}
