//! What a run tells while it runs.

use std::sync::Arc;

use countermand_core_model::{CancelReport, CommandId, CommandState, DeviceRef, Timestamp};

use crate::Progress;

/// Why a run stopped before all was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// Somebody stopped it.
    Asked,
    /// The vendor refuses the connection as a whole: its key, its address.
    ConnectionRefused,
    /// Too many failures in a row.
    TooManyFailures,
    /// So many cancels in a row were denied that the key plainly may not cancel.
    TooManyDenials,
    /// The journal cannot be written: nothing is sent that is not in it.
    JournalFailed,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Asked,
        Self::ConnectionRefused,
        Self::TooManyFailures,
        Self::TooManyDenials,
        Self::JournalFailed,
    ];

    /// The word used in files.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::ConnectionRefused => "connection_refused",
            Self::TooManyFailures => "too_many_failures",
            Self::TooManyDenials => "too_many_denials",
            Self::JournalFailed => "journal_failed",
        }
    }

    /// The reason in words, for the targets that were held back.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::Asked => "the run was stopped before this was sent",
            Self::ConnectionRefused => {
                "the run stopped before this was sent: the vendor refuses the connection"
            }
            Self::TooManyFailures => {
                "the run stopped before this was sent: too many failures in a row"
            }
            Self::TooManyDenials => {
                "the run stopped before this was sent: the key may not cancel, so many were denied in a row"
            }
            Self::JournalFailed => {
                "the run stopped before this was sent: the journal cannot be written"
            }
        }
    }
}

/// What happens in a run, as it happens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEvent {
    /// A cancel is about to be sent for this target.
    Sending {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// The vendor took the cancel of this target, or its answer was lost: it is being read again.
    Verifying {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// The vendor took the cancel of this target and did not report it cancelled in time: it is watched.
    Watching {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
    },
    /// A watched target went to its device all the same. Its row is told as [`Self::Settled`] too.
    Alarm {
        /// Its row.
        report: Box<CancelReport>,
    },
    /// This target is settled. Comes exactly once for each row of the result.
    Settled {
        /// Its row.
        report: Box<CancelReport>,
        /// How far the run is, with this target.
        progress: Progress,
    },
    /// A device was listed in the run, and this waits there: it is a target from now on.
    Found {
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
        /// What it does, in the provider's word; empty where it has none.
        kind: String,
        /// Its name.
        name: Option<String>,
        /// The state that the list showed.
        before: CommandState,
        /// How many targets there are now.
        total: usize,
    },
    /// The vendor asks to wait: nothing is sent to it before, or it does not answer readings before.
    Paused {
        /// Until when.
        until: Timestamp,
    },
    /// Nothing more is sent; the rest is `not_sent`.
    Stopped(StopReason),
}

/// Told of every [`RunEvent`], in order.
pub type Observer = Arc<dyn Fn(RunEvent) + Send + Sync>;
