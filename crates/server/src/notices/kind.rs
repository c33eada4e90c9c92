//! What notices tell of.

use std::str::FromStr;

use countermand_core_model::InvalidValue;

/// What a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Somebody asks for an approval.
    ApprovalWanted,
    /// Somebody proposed a brake rule.
    BrakeRuleProposed,
    /// A run has finished.
    RunFinished,
    /// Commands of a run went to their devices although a cancel was sent.
    LostRace,
    /// A run has stopped, and nobody asked it to.
    RunStopped,
    /// Sign-ins from one address failed one after the other.
    SignInFailures,
    /// The end of the audit was signed.
    Checkpoint,
    /// Many devices got a command of a grave kind at the same time.
    Surge,
    /// The provider refuses the key while the devices are watched.
    WatchRefused,
    /// It takes the key again.
    WatchRestored,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::ApprovalWanted,
        Self::BrakeRuleProposed,
        Self::RunFinished,
        Self::LostRace,
        Self::RunStopped,
        Self::SignInFailures,
        Self::Checkpoint,
        Self::Surge,
        Self::WatchRefused,
        Self::WatchRestored,
    ];

    /// Returns whether people are told of it unless they say what they want: checkpoints are kept, and not read.
    pub(super) fn is_news(self) -> bool {
        self != Self::Checkpoint
    }

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApprovalWanted => "approval_wanted",
            Self::BrakeRuleProposed => "brake_rule_proposed",
            Self::RunFinished => "run_finished",
            Self::LostRace => "lost_race",
            Self::RunStopped => "run_stopped",
            Self::SignInFailures => "sign_in_failures",
            Self::Checkpoint => "checkpoint",
            Self::Surge => "surge",
            Self::WatchRefused => "watch_refused",
            Self::WatchRestored => "watch_restored",
        }
    }
}

impl FromStr for NoticeKind {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let rule = "must be approval_wanted, brake_rule_proposed, run_finished, lost_race, run_stopped, sign_in_failures, checkpoint, surge, watch_refused or watch_restored";
            InvalidValue::new("kinds", rule, text)
        })
    }
}
