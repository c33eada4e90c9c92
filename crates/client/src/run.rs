//! Carries out what `cancel` decides, device by device, and gives each target exactly one outcome.

mod backlog;
mod builder;
mod cancel_all;
mod context;
mod denials;
mod engine;
pub(crate) mod entries;
mod events;
mod failures;
mod followed;
mod handle;
pub(crate) mod job;
mod layout;
mod limits;
mod listing;
mod pauses;
mod precheck;
mod queues;
mod recorder;
pub(crate) mod resumed;
mod rows;
mod send;
mod snapshot;
mod state;
mod stop;
pub(crate) mod sweeping;
mod target_set;
pub(crate) mod unlisted;
mod verification;
mod worker;

pub use builder::RunBuilder;
pub use events::RunEvents;
pub use followed::FollowedRun;
pub use handle::{RunHandle, RunWatch};
pub use snapshot::{RowStage, RowView, RunResult, RunRow, RunSnapshot};
