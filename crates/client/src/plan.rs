//! What a run would do: exact targets, each with the state seen.

mod devices;
mod drift;
mod file;
mod listed;
mod one_target;
// The folder is named after what it is about, and so is the file.
#[expect(
    clippy::module_inception,
    reason = "the plan is what the module is about"
)]
mod plan;
mod plan_by_filter;
mod planned;
mod planner;
mod unlisted;
mod waiting;

pub(crate) use devices::UnlistedDevice;
pub use drift::{Applied, Drift};
pub use file::{SavedPlan, SavedTarget};
pub use listed::ListedCommand;
pub(crate) use one_target::key;
pub use plan::Plan;
pub use planned::Planned;
#[cfg(test)]
pub(crate) use planned::{ObservedCommand, ObservedState};
pub use unlisted::ListedDevice;
pub(crate) use waiting::{Waiting, waiting};
