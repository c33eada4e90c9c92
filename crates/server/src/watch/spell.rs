//! Whether the provider answers, refuses the key, or is silent.

use std::time::Duration;

use countermand_transport::ApiError;

/// After how many looks in a row that were refused the key is taken for refused.
const REFUSED_AFTER: u32 = 2;

/// After how many looks in a row that failed the provider is taken for silent.
const SILENT_AFTER: u32 = 3;

/// How a provider answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// No answer yet.
    #[default]
    Starting,
    Watching,
    Silent,
    Refused,
}

impl Standing {
    /// The words of all, and `elsewhere` for a watch of another instance.
    pub(super) const WORDS: [&'static str; 5] =
        ["starting", "watching", "silent", "refused", "elsewhere"];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Watching => "watching",
            Self::Silent => "silent",
            Self::Refused => "refused",
        }
    }

    /// Returns after how long a look is tried again while there is no answer.
    pub(super) fn pause(self) -> Option<Duration> {
        match self {
            Self::Starting | Self::Watching => None,
            Self::Silent => Some(Duration::from_secs(2)),
            Self::Refused => Some(Duration::from_secs(10)),
        }
    }
}

/// How the answers so far went.
#[derive(Debug, Default)]
pub(super) struct Spell {
    pub(super) standing: Standing,
    refused: u32,
    failed: u32,
}

impl Spell {
    /// One that was refused when the last watch ended.
    pub(super) fn refused() -> Self {
        Self {
            standing: Standing::Refused,
            ..Self::default()
        }
    }

    /// Takes in an answer. Returns the standing before, where it is another one now.
    pub(super) fn take(&mut self, failure: Option<&ApiError>) -> Option<Standing> {
        let before = self.standing;
        match failure {
            None => (self.refused, self.failed) = (0, 0),
            // A host that cannot be reached at all is none that refuses.
            Some(error) if error.refuses_connection() && error.transport().is_none() => {
                (self.refused, self.failed) = (self.refused + 1, 0);
            }
            Some(_) => self.failed += 1,
        }
        self.standing = match failure {
            None => Standing::Watching,
            _ if self.refused >= REFUSED_AFTER => Standing::Refused,
            _ if self.failed >= SILENT_AFTER && before != Standing::Refused => Standing::Silent,
            _ => before,
        };
        (self.standing != before).then_some(before)
    }
}
