//! What a run would do: exact targets with the state seen of each.

mod devices;
mod drift;
mod file;
mod listed;
mod one_target;
mod pinned;
// The folder and the file are named after what they hold.
#[expect(
    clippy::module_inception,
    reason = "the plan is what the module is about"
)]
mod plan;
mod plan_by_filter;
mod planned;
mod planner;
mod saved;
mod unlisted;

pub(crate) use devices::{UnlistedDevice, Waiting, waiting};
pub use drift::{Applied, Drift};
pub use file::{SavedDevice, SavedPlan, SavedTarget};
pub use listed::ListedCommand;
pub(crate) use one_target::key;
pub use plan::Plan;
pub use planned::Planned;
#[cfg(test)]
pub(crate) use planned::{ObservedCommand, ObservedState};
pub use unlisted::ListedDevice;
