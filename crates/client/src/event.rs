//! The events of a run.

use std::sync::Arc;

use countermand_core_model::{CancelReport, CommandId, CommandState, DeviceRef, Timestamp};

use crate::{Progress, SweepStatus};

/// Why a run stopped early.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// On request.
    Requested,
    /// The provider refuses the whole connection: its key, its address.
    ConnectionRefused,
    /// Too many failures in a row.
    TooManyFailures,
    /// So many cancels in a row were denied that the key may not cancel.
    TooManyDenials,
    /// The journal cannot be written, and nothing is sent that is not in it.
    JournalFailed,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Requested,
        Self::ConnectionRefused,
        Self::TooManyFailures,
        Self::TooManyDenials,
        Self::JournalFailed,
    ];

    /// Returns the word used in files.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "asked",
            Self::ConnectionRefused => "connection_refused",
            Self::TooManyFailures => "too_many_failures",
            Self::TooManyDenials => "too_many_denials",
            Self::JournalFailed => "journal_failed",
        }
    }

    /// Returns the reason as text, for the targets that were held back.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::Requested => "the run was stopped before this was sent",
            Self::ConnectionRefused => {
                "the run stopped before this was sent: the provider refuses the connection"
            }
            Self::TooManyFailures => {
                "the run stopped before this was sent: too many failures in a row"
            }
            Self::TooManyDenials => {
                "the run stopped before this was sent: too many cancels in a row were denied, the key is not allowed to cancel"
            }
            Self::JournalFailed => {
                "the run stopped before this was sent: the journal cannot be written"
            }
        }
    }
}

/// An event of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEvent {
    /// A cancel is about to be sent.
    Sending {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// The provider accepted the cancel, or its response was lost. The target is being read.
    Verifying {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// The provider accepted the cancel and did not report it cancelled in time. The target is watched.
    Watching {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// A watched target was delivered to its device. Its row follows as [`Self::Settled`].
    Alarm {
        /// Its row.
        report: Box<CancelReport>,
    },
    /// A target is settled. Comes once for each row of the result.
    Settled {
        /// Its row.
        report: Box<CancelReport>,
        /// How far the run is, including this target.
        progress: Progress,
    },
    /// A device was listed in the run, and this pending command is a new target.
    Found {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
        /// Its kind, in the provider's word; may be empty.
        kind: String,
        /// Its name.
        name: Option<String>,
        /// The state that the list showed.
        before: CommandState,
        /// How many targets there are now.
        total: usize,
    },
    /// A sweep came to know devices, or looked at one.
    LookedAt {
        /// How far it is.
        status: SweepStatus,
    },
    /// The provider asks to wait: it takes no cancels, or no readings, until then.
    Paused {
        /// The end of the pause.
        until: Timestamp,
    },
    /// Nothing more is sent; the rest is `not_sent`.
    Stopped(StopReason),
    /// Somebody goes on with a run that is followed. Every row may have changed.
    Resumed,
}

/// Called with every [`RunEvent`], in order.
pub type Observer = Arc<dyn Fn(RunEvent) + Send + Sync>;
