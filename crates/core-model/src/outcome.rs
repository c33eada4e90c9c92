//! What became of each target of a cancel.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{CommandId, CommandState, DeviceRef, InvalidValue, VendorCode};

/// What became of one target. Every target gets exactly one, and none is ever missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelOutcome {
    /// Read again after the cancel, the provider reports it cancelled.
    Cancelled,
    /// The vendor took the cancel; at the deadline it had not yet reported it cancelled.
    Accepted,
    /// A cancel was sent; the vendor then reports it expired: it will not run, and was not cancelled.
    Expired,
    /// A cancel was sent (accepted, or its answer lost), and reading again shows that the command
    /// went to the device or was executed.
    LostRace,
    /// Before the cancel it had gone to the device.
    AlreadyDelivered,
    /// Before the cancel it had ended, in whatever way: an earlier cancel too.
    AlreadyFinished,
    /// The vendor said that there is no such command or device.
    NotFound,
    /// The vendor said that this key may not do it.
    Denied,
    /// The vendor refused the cancel for another reason.
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
    /// What the command does, in the vendor's word; none where that is not known. It is no field of an output: who
    /// lists the command has it.
    #[serde(skip)]
    pub kind: Option<String>,
    /// The state seen before any cancel was sent; none where it could not be read.
    pub before: Option<CommandState>,
    /// What became of it.
    pub outcome: CancelOutcome,
    /// The last state read after the cancel; none where nothing was read.
    pub after: Option<CommandState>,
    /// The vendor's code, where it refused or failed.
    pub vendor_code: Option<VendorCode>,
    /// The vendor's message, or why no answer came. Never a secret.
    pub message: Option<String>,
    /// The vendor's id of the exchange that decided.
    pub request_id: Option<String>,
    /// How many cancel requests left for this target, doubled ones included.
    pub attempts: u32,
}

impl CancelReport {
    /// A row that says so far only which target is meant and that nothing was sent.
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

    /// Is the target cancelled now, by this run or an earlier one?
    pub fn is_cancelled_now(&self) -> bool {
        match self.outcome {
            CancelOutcome::Cancelled => true,
            CancelOutcome::AlreadyFinished => self.before == Some(CommandState::Cancelled),
            _ => false,
        }
    }
}
