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
    /// The servers that drive the run, which the command line only hands over.
    pub servers: Option<Servers>,
}

/// Servers that drive a run. They are killed in the place of the command line, which goes away at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers {
    /// One, on a file of SQLite, which is started again.
    One,
    /// Two, on one database of PostgreSQL. The other one takes over; who was killed is started again.
    Two,
}

const APPLIVERY: Scenario = Scenario {
    name: "applivery",
    provider: "applivery",
    filter: &[],
    refuses_cancel_all: false,
    is_stopped_by_a_person: false,
    has_relay: false,
    servers: None,
};

const ENOS: Scenario = Scenario {
    name: "enos, one call",
    provider: "enos",
    ..APPLIVERY
};

impl Scenario {
    /// Every scenario: Applivery; EnOS by the one call for a device, by ids as a filter makes it, and by the one call
    /// where it is refused; Applivery through a relay; and Applivery by servers that drive the run.
    pub const ALL: [Self; 7] = [
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
        Self {
            name: "server, sqlite",
            servers: Some(Servers::One),
            ..APPLIVERY
        },
        Self {
            name: "two, postgres",
            servers: Some(Servers::Two),
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
