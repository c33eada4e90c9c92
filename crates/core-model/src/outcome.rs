//! The outcome of each target of a cancel.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{CommandId, CommandState, DeviceRef, InvalidValue, ProviderCode, ProviderDetail};

/// How an outcome compares with what was asked for. The greater of two is the worse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CancelSeverity {
    /// As asked: the command is cancelled.
    Good,
    /// Not cancelled by this run, and it will not run later.
    Neutral,
    /// Not settled yet, or a dry run.
    Open,
    /// Nothing is known of it: a person has to check.
    Warning,
    /// Not as asked.
    Bad,
}

/// How grave the state of a command is, as far as a row shows. The greater of two is the graver one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// It will not run: it is cancelled, or expired.
    WillNotRun,
    /// It is pending: no cancel was sent, or the provider refused it.
    Waits,
    /// It may have run, or may still run.
    Uncertain,
    /// It went to the device, and may have run in part or as a whole.
    Delivered,
    /// The device executed it.
    Executed,
}

impl OutcomeSeverity {
    /// Returns the group of what is so grave.
    pub const fn group(self) -> OutcomeGroup {
        match self {
            Self::Executed | Self::Delivered => OutcomeGroup::Ran,
            Self::Uncertain | Self::Waits => OutcomeGroup::MayRun,
            Self::WillNotRun => OutcomeGroup::Safe,
        }
    }
}

/// What a result comes to for the device. Every row is in exactly one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeGroup {
    /// The command ran, or went out and may have run.
    Ran,
    /// It may still run.
    MayRun,
    /// It will not run.
    Safe,
}

impl OutcomeGroup {
    /// Every group, the gravest first.
    pub const ALL: [Self; 3] = [Self::Ran, Self::MayRun, Self::Safe];
}

/// What became of one target. Every target gets exactly one, and none is ever missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelOutcome {
    /// Read again after the cancel, the provider reports it cancelled.
    Cancelled,
    /// The provider took the cancel; at the deadline it had not yet reported it cancelled.
    Accepted,
    /// A cancel was sent; the provider then reports it expired: it will not run, and was not cancelled.
    Expired,
    /// A cancel was sent (accepted, or its answer lost), and reading again shows that the command
    /// went to the device or was executed.
    LostRace,
    /// Before the cancel it had gone to the device.
    AlreadyDelivered,
    /// Before the cancel it had ended, in whatever way: an earlier cancel too.
    AlreadyFinished,
    /// The provider said that there is no such command or device.
    NotFound,
    /// The provider said that this key may not do it.
    Denied,
    /// The provider refused the cancel for another reason.
    Rejected,
    /// A cancel was sent, and neither its answer nor reading again settled what became of it.
    Unknown,
    /// Stopped, or given up, before any cancel was sent.
    NotSent,
    /// Dry run: it would be sent.
    Planned,
}

impl CancelOutcome {
    /// Every outcome, from the best to the least said.
    pub const ALL: [Self; 12] = [
        Self::Cancelled,
        Self::Accepted,
        Self::Expired,
        Self::LostRace,
        Self::AlreadyDelivered,
        Self::AlreadyFinished,
        Self::NotFound,
        Self::Denied,
        Self::Rejected,
        Self::Unknown,
        Self::NotSent,
        Self::Planned,
    ];

    /// The word used in output and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::LostRace => "lost_race",
            Self::AlreadyDelivered => "already_delivered",
            Self::AlreadyFinished => "already_finished",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
            Self::Planned => "planned",
        }
    }

    /// The outcome in one plain sentence, for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Cancelled => "Checked after the cancel: the provider reports it cancelled.",
            Self::Accepted => {
                "The provider accepted the cancel, but did not report it done before the time was up. The command may still run."
            }
            Self::Expired => "It expired after the cancel was sent: it will not run.",
            Self::LostRace => "The cancel came too late: the command was sent to the device.",
            Self::AlreadyDelivered => {
                "It was sent to the device before the cancel. No cancel was sent."
            }
            Self::AlreadyFinished => "It finished before the cancel. No cancel was sent.",
            Self::NotFound => "The provider does not know this command or device.",
            Self::Denied => "The provider does not allow this key to cancel it.",
            Self::Rejected => "The provider rejected the cancel.",
            Self::Unknown => {
                "A cancel was sent, but its result is unknown. The command may still run. Check it again."
            }
            Self::NotSent => "No cancel was sent.",
            Self::Planned => "Dry run: a cancel would be sent.",
        }
    }

    /// How the outcome compares with what was asked for.
    pub const fn severity(self) -> CancelSeverity {
        match self {
            Self::Cancelled => CancelSeverity::Good,
            Self::Expired | Self::AlreadyFinished => CancelSeverity::Neutral,
            Self::Accepted | Self::Planned => CancelSeverity::Open,
            Self::Unknown => CancelSeverity::Warning,
            Self::LostRace
            | Self::AlreadyDelivered
            | Self::NotFound
            | Self::Denied
            | Self::Rejected
            | Self::NotSent => CancelSeverity::Bad,
        }
    }

    /// The rank of the outcome in a list of results: the greatest asks for attention first.
    pub const fn attention(self) -> u8 {
        match self {
            Self::Cancelled | Self::Planned => 0,
            Self::Expired => 1,
            Self::AlreadyFinished => 2,
            Self::NotSent => 3,
            Self::AlreadyDelivered => 4,
            Self::Accepted => 5,
            Self::NotFound => 6,
            Self::Denied => 7,
            Self::Rejected => 8,
            Self::LostRace => 9,
            Self::Unknown => 10,
        }
    }

    /// Returns whether a dry run with this outcome could not plan the target.
    pub const fn is_unplanned(self) -> bool {
        match self {
            Self::NotSent | Self::NotFound | Self::Denied | Self::Rejected => true,
            Self::Cancelled
            | Self::Accepted
            | Self::Expired
            | Self::LostRace
            | Self::AlreadyDelivered
            | Self::AlreadyFinished
            | Self::Unknown
            | Self::Planned => false,
        }
    }

    /// Returns whether another reading may tell more, where the command was last seen in state `last`. What is
    /// cancelled, has expired or has ended stays what it is.
    pub fn may_read_again(self, last: Option<CommandState>) -> bool {
        match self {
            Self::Cancelled | Self::Expired | Self::Planned => false,
            Self::LostRace
            | Self::AlreadyDelivered
            | Self::AlreadyFinished
            | Self::Accepted
            | Self::Unknown
            | Self::NotFound
            | Self::Denied
            | Self::Rejected
            | Self::NotSent => !last.is_some_and(CommandState::has_ended),
        }
    }

    /// Returns whether the cancel may be sent again, where a reading after the run showed `read`.
    ///
    /// What was not sent may be. Of what was sent, only what a later reading shows still pending: that is the
    /// client's own rule for repeating a cancel. What the provider refused, it would refuse again.
    pub const fn may_retry(self, read: Option<CommandState>) -> bool {
        let is_pending = matches!(read, Some(CommandState::Pending));
        match self {
            Self::NotSent => is_pending || read.is_none(),
            Self::Accepted | Self::Unknown => is_pending,
            Self::Cancelled
            | Self::Expired
            | Self::LostRace
            | Self::AlreadyDelivered
            | Self::AlreadyFinished
            | Self::NotFound
            | Self::Denied
            | Self::Rejected
            | Self::Planned => false,
        }
    }

    /// How grave the state of the command is, where the latest reading showed `read`.
    pub(crate) fn of_command(self, read: Option<OutcomeSeverity>) -> OutcomeSeverity {
        match self {
            Self::Cancelled | Self::Expired => OutcomeSeverity::WillNotRun,
            Self::LostRace | Self::AlreadyDelivered => match read {
                Some(OutcomeSeverity::Executed) => OutcomeSeverity::Executed,
                _ => OutcomeSeverity::Delivered,
            },
            Self::AlreadyFinished => read.unwrap_or(OutcomeSeverity::Uncertain),
            Self::Accepted | Self::Unknown | Self::NotFound => {
                went_out(read, OutcomeSeverity::Uncertain)
            }
            Self::Denied | Self::Rejected | Self::NotSent | Self::Planned => {
                went_out(read, OutcomeSeverity::Waits)
            }
        }
    }

    /// Returns the group of the outcome, where no row is at hand. What had ended may have run.
    pub const fn group(self) -> OutcomeGroup {
        match self {
            Self::LostRace | Self::AlreadyDelivered | Self::AlreadyFinished => OutcomeGroup::Ran,
            Self::Accepted
            | Self::Unknown
            | Self::NotFound
            | Self::Denied
            | Self::Rejected
            | Self::NotSent
            | Self::Planned => OutcomeGroup::MayRun,
            Self::Cancelled | Self::Expired => OutcomeGroup::Safe,
        }
    }
}

/// Returns what a reading showed, where that is graver: whatever came of the cancel, what went out went out.
fn went_out(read: Option<OutcomeSeverity>, otherwise: OutcomeSeverity) -> OutcomeSeverity {
    read.map_or(otherwise, |read| read.max(otherwise))
}

impl fmt::Display for CancelOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CancelOutcome {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or_else(|| InvalidValue::new("outcome", "must be one of the known outcomes", text))
    }
}

/// One target's row in the result of a cancel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct CancelReport {
    /// The device.
    pub device: DeviceRef,
    /// The command.
    pub id: CommandId,
    /// What the command does, in the provider's word; none where that is not known. It is no field of an output: who
    /// lists the command has it.
    #[serde(skip)]
    pub kind: Option<String>,
    /// The state seen before any cancel was sent; none where it could not be read.
    pub before: Option<CommandState>,
    /// What became of it.
    pub outcome: CancelOutcome,
    /// The last state read after the cancel; none where nothing was read.
    pub after: Option<CommandState>,
    /// The provider's code, where it refused or failed.
    pub vendor_code: Option<ProviderCode>,
    /// The provider's message, or why no answer came. Never a secret.
    pub message: Option<String>,
    /// The provider's id of the exchange that decided.
    pub request_id: Option<String>,
    /// How many cancel requests left for this target, doubled ones included.
    pub attempts: u32,
}

impl CancelReport {
    /// A row for a target to which nothing was sent yet.
    pub fn new(device: DeviceRef, id: CommandId) -> Self {
        Self {
            device,
            id,
            kind: None,
            before: None,
            outcome: CancelOutcome::NotSent,
            after: None,
            vendor_code: None,
            message: None,
            request_id: None,
            attempts: 0,
        }
    }

    /// Returns what the provider said last.
    pub fn detail(&self) -> ProviderDetail {
        ProviderDetail {
            code: self.vendor_code.clone(),
            message: self.message.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// Takes down what the provider said.
    pub fn set_detail(&mut self, detail: ProviderDetail) {
        self.vendor_code = detail.code;
        self.message = detail.message;
        self.request_id = detail.request_id;
    }

    /// Returns whether the target is cancelled now, by this run or an earlier one.
    pub fn is_cancelled_now(&self) -> bool {
        let by_this_run = self.outcome == CancelOutcome::Cancelled;
        let by_an_earlier = self.outcome == CancelOutcome::AlreadyFinished
            && self.before == Some(CommandState::Cancelled);
        by_this_run || by_an_earlier
    }
}
