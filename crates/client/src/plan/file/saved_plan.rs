//! A plan as a file holds it.

use countermand_core_model::{
    CommandState, CommandTarget, DeviceRef, Filter, Organization, Provider, Timestamp,
};
use countermand_transport::BaseUrl;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::sweep::{Sweep, SweepScope};

/// The format that the first line names.
pub(super) const FORMAT: &str = "countermand plan";

/// The version of a plan of exact targets.
pub(super) const EXACT: u32 = 1;

/// The version of a plan that also names devices on which everything is to be cancelled.
pub(super) const WHOLE: u32 = 2;

/// The version of a plan of a sweep.
pub(super) const SWEEP: u32 = 3;

/// A target of a saved plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedTarget {
    /// Which command of which device.
    pub target: CommandTarget,
    /// What the command does; empty if that is not known.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Its state when the plan was made; `None` if it could not be read.
    pub before: Option<CommandState>,
}

/// A device of a saved plan on which everything pending is to be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedDevice {
    /// The device.
    pub device: DeviceRef,
    /// Only what matches is cancelled.
    pub filter: Option<Filter>,
}

/// A plan read from a file. What it says of a command is as old as the plan:
/// [`Client::apply`](crate::Client::apply) reads each command again, and a run of [`Self::into_plan`] does so just before
/// its cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedPlan {
    /// The provider.
    pub provider: Provider,
    /// Where the provider's API is.
    pub base_url: BaseUrl,
    /// The organization.
    pub org: Organization,
    /// When the plan was made.
    pub made_at: Timestamp,
    /// The targets, in the plan's order.
    pub targets: Vec<SavedTarget>,
    /// Devices on which everything pending is to be cancelled, each once. Targets on them are what was known.
    pub everything: Vec<SavedDevice>,
    /// Devices that could not be listed, and why. The plan has no targets on them.
    pub unlisted: Vec<(DeviceRef, String)>,
    /// Devices whose list may be incomplete.
    pub incomplete: Vec<DeviceRef>,
    /// What the run is to look for on many devices. Then the plan names nothing else: the run finds its targets.
    pub sweep: Option<Sweep>,
}

/// A line of a saved plan.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    Header {
        /// The chain writes and checks it.
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        format: String,
        version: u32,
        provider: Provider,
        base_url: String,
        org: String,
        made_at: Timestamp,
        countermand: String,
    },
    Target {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        device: DeviceRef,
        id: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        kind: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// Absent if it could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
    },
    /// Since version 2.
    Everything {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        device: DeviceRef,
        /// Absent if all that is pending is meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Filter>,
    },
    /// Since version 3, whose plans have exactly one, and no line of a target or a device.
    Sweep {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        filter: Filter,
        scope: SweepScope,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<usize>,
    },
    Unlisted {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        device: DeviceRef,
        message: String,
    },
    Incomplete {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        device: DeviceRef,
    },
    Sealed {
        #[serde(skip_serializing)]
        prev: IgnoredAny,
        targets: usize,
        /// Since version 2.
        #[serde(skip_serializing_if = "Option::is_none")]
        everything: Option<usize>,
        unlisted: usize,
        incomplete: usize,
    },
}
