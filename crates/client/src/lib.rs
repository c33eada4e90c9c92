//! One client for both providers: lists what is pending, cancels it, and reports what became of each target.
//!
//! A cancel is planned ([`Client::plan_commands`], [`Client::plan_everything`]), run ([`Client::run`]) and read until
//! it settles or its deadline passes. Every target gets exactly one [`CancelReport`]; none says "cancelled" unless
//! the provider, read again, said so.

mod cancel;
mod client;
mod connection;
mod each_device;
mod error_chain;
mod event;
mod gaps;
mod journal;
mod options;
mod plan;
mod progress;
mod provider;
mod reading;
mod relayed;
mod run;
mod shared;
mod sweep;
mod watch;

pub use client::{Client, ConnectionInfo};
pub use connection::Connection;
#[cfg(feature = "file")]
pub use countermand_chain::FileJournal;
pub use countermand_chain::{
    ChainEnd, ChainError, ChainReader, JournalError, JournalErrorKind, JournalStore,
};
pub use countermand_core_model::{
    AllPending, CancelOutcome, CancelReport, CommandId, CommandTarget, DeviceRef, Filter,
    Organization, Provider, Secret,
};
/// The transports. Which there are depends on the target and on the features `native` and `browser`.
pub use countermand_transport as transport;
pub use countermand_transport::{BaseUrl, StopHandle};
pub use each_device::{AnswerOrder, AskObserver, AskOptions, AskProgress, ListFailure};
pub use error_chain::error_chain;
pub use event::{Observer, RunEvent, StopReason};
pub use gaps::{Gaps, LeftOut};
pub use journal::{
    AnswerKind, Entry, Header, Journal, JournalFormat, JournalReader, RecordedAnswer, Summary,
    UnfinishedRun, read as read_journal,
};
pub use options::{RunOptions, Timeouts};
pub use plan::{
    Applied, Drift, ListedCommand, ListedDevice, Plan, Planned, SavedDevice, SavedPlan, SavedTarget,
};
pub use progress::Progress;
pub use provider::{
    ApiFuture, Authenticate, Connect, Credentials, DeviceSink, ProviderApi, ProviderDriver,
    add_provider,
};
pub use relayed::RelayError;
pub use run::{
    FollowedRun, RowStage, RowView, RunBuilder, RunEvents, RunHandle, RunResult, RunRow,
    RunSnapshot, RunWatch,
};
pub use sweep::{Sweep, SweepScope, SweepStatus};
pub use watch::{Surge, Watch, WatchNews, WatchOptions, WatchStep, WatchedKind};
