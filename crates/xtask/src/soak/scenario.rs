//! The scenarios of a soak.

use serde_json::{Value, json};

use super::control::{About, Side};

/// A way to cancel everything that is pending.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub name: &'static str,
    /// The provider, as the command line and the simulator name it.
    pub provider: &'static str,
    /// The arguments beside `--all-pending`.
    pub filter: &'static [&'static str],
    /// Whether the installation refuses the call that cancels everything on a device.
    pub refuses_cancel_all: bool,
    /// Whether runs are stopped with SIGINT instead of killed.
    pub is_stopped_by_a_person: bool,
    /// Whether a server is in between, over connections that break off at any moment.
    pub has_relay: bool,
}

const APPLIVERY: Scenario = Scenario {
    name: "applivery",
    provider: "applivery",
    filter: &[],
    refuses_cancel_all: false,
    is_stopped_by_a_person: false,
    has_relay: false,
};

const ENOS: Scenario = Scenario {
    name: "enos, one call",
    provider: "enos",
    ..APPLIVERY
};

impl Scenario {
    /// Every scenario: Applivery; EnOS by the one call for a device, by ids as a filter makes it, and by the one call
    /// where it is refused; and Applivery through a relay.
    pub const ALL: [Self; 5] = [
        APPLIVERY,
        ENOS,
        Self {
            name: "enos, by id",
            filter: &["--created-after", "30d"],
            ..ENOS
        },
        Self {
            name: "enos, refused",
            refuses_cancel_all: true,
            is_stopped_by_a_person: true,
            ..ENOS
        },
        Self {
            name: "relay, broken",
            has_relay: true,
            ..APPLIVERY
        },
    ];

    /// Returns the name for files.
    pub fn file_name(self) -> String {
        self.name.replace(", ", "-").replace(' ', "-")
    }

    pub fn side(self, about: &About) -> &Side {
        match self.provider {
            "enos" => &about.enos,
            _ => &about.applivery,
        }
    }

    /// Returns the options of the simulator.
    pub fn options(self) -> Option<Value> {
        self.refuses_cancel_all
            .then(|| json!({"enos_cancel_all": "refused"}))
    }
}
