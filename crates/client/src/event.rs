//! What a run tells while it runs.

use std::sync::Arc;

use countermand_core_model::{CancelReport, CommandId, DeviceRef};

/// Why a run stopped by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody stopped it.
    Asked,
    /// The vendor refuses the connection as a whole: its key, its address.
    ConnectionRefused,
    /// Too many failures in a row.
    TooManyFailures,
}

impl StopReason {
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
    /// This target is settled. Comes exactly once for each row of the result.
    Settled {
        /// Its row.
        report: Box<CancelReport>,
        /// How many are settled, this one included.
        done: usize,
        /// How many there are, as far as is known now.
        total: usize,
    },
    /// Nothing more is sent; the rest is `not_sent`.
    Stopped(StopReason),
}

/// Told of every [`RunEvent`], in order.
pub type Observer = Arc<dyn Fn(RunEvent) + Send + Sync>;
