//! The orders of the control address.

use serde::{Deserialize, Serialize};

use crate::faults::Fault;
use crate::fleet::Provider;
use crate::fleet::command::TrueState;

/// Commands to add. The body of `POST /_sim/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddCommands {
    /// The device, in any of its text forms; `applivery:*` and `enos:*` mean all devices of a provider.
    pub device: String,
    /// `LOCK`, ... or the identifier of a point or service; any text is taken. Drawn from the seed
    /// where absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// Their state. Default pending.
    #[serde(default = "pending")]
    pub state: TrueState,
    /// How long they may wait, in seconds; 0 at EnOS is an instant command, which is sent at once.
    /// Default one hour.
    #[serde(default = "an_hour")]
    pub ttl_s: u32,
    /// How long ago they were made, in seconds. Default 0.
    #[serde(default)]
    pub age_s: u32,
    /// How many per device. Default 1.
    #[serde(default = "one")]
    pub count: u32,
    /// Whether they stay as they are until a cancel or the control address moves them: not sent, not
    /// expired. A held command at the head of an EnOS queue holds up those behind it. Default no.
    #[serde(default)]
    pub hold: bool,
}

fn pending() -> TrueState {
    TrueState::Pending
}

fn an_hour() -> u32 {
    3_600
}

fn one() -> u32 {
    1
}

impl AddCommands {
    /// One pending command for a device, valid for an hour, of a kind drawn from the seed.
    #[must_use]
    pub fn to(device: &str) -> Self {
        Self {
            device: device.to_owned(),
            kind: None,
            state: pending(),
            ttl_s: an_hour(),
            age_s: 0,
            count: one(),
            hold: false,
        }
    }
}

/// A command that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The device, in the form in which the description prints it.
    pub device: String,
    /// The command's id.
    pub command: String,
}

/// A fleet of an exact size. The body of `POST /_sim/fleet`.
///
/// The first devices of a provider lose what they have, and get commands made from `seed`: those that
/// wait are some hours old and stay valid for some more, the others ended days ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillFleet {
    /// The provider.
    #[serde(rename = "vendor")]
    pub provider: Provider,
    /// How many of them, from the first one on.
    pub devices: u32,
    /// How many commands each of them has then.
    pub commands_per_device: u32,
    /// How many of these wait; the others have ended. Default all, at EnOS at most the 50 that it
    /// caches for a device.
    #[serde(default)]
    pub waiting_per_device: Option<u32>,
    /// What the commands are made from. Default 0.
    #[serde(default)]
    pub seed: u64,
    /// Whether what waits stays as it is until a cancel or the control address moves it. Default no.
    #[serde(default)]
    pub hold: bool,
}

/// A wrong command that has just gone to every device of a provider. The body of `POST /_sim/incident`.
///
/// Some of the devices are out of reach, and come back after times with a heavy tail; the others take it at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// The provider.
    #[serde(rename = "vendor")]
    pub provider: Provider,
    /// What the command does. Default WIPE.
    #[serde(default = "wipe")]
    pub kind: String,
    /// How many of a hundred devices are out of reach. Default 60.
    #[serde(default = "sixty")]
    pub offline_percent: u32,
    /// The shortest absence, in seconds. Default 600.
    #[serde(default = "ten_minutes")]
    pub shortest_s: u32,
    /// How heavy the tail of the absences is: of those that last, a share of `2^-(tail_percent / 100)` lasts twice as long.
    /// More than 100; the less, the heavier. Default 150.
    #[serde(default = "tail")]
    pub tail_percent: u32,
    /// How long the command may wait, in seconds. Default 30 days.
    #[serde(default = "thirty_days")]
    pub ttl_s: u32,
    /// What the absences are made from. Default 0.
    #[serde(default)]
    pub seed: u64,
}

fn wipe() -> String {
    "WIPE".to_owned()
}

fn sixty() -> u32 {
    60
}

fn ten_minutes() -> u32 {
    600
}

fn tail() -> u32 {
    150
}

fn thirty_days() -> u32 {
    30 * 86_400
}

impl Incident {
    /// A wipe of every device of a provider.
    #[must_use]
    pub fn at(provider: Provider) -> Self {
        Self {
            provider,
            kind: wipe(),
            offline_percent: sixty(),
            shortest_s: ten_minutes(),
            tail_percent: tail(),
            ttl_s: thirty_days(),
            seed: 0,
        }
    }
}

/// What a fleet was filled with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// How many devices.
    pub devices: u32,
    /// How many commands they have together.
    pub commands: u64,
    /// How many of these wait.
    pub waiting: u64,
}

/// Changes the true state of a command. The body of `POST /_sim/commands/state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetState {
    /// The device, in any of its text forms.
    pub device: String,
    /// The command's id.
    pub command: String,
    /// Its new state. It goes on from there.
    pub state: TrueState,
}

/// A rule and how often it has fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultStatus {
    /// The rule.
    pub rule: Fault,
    /// How often it has fired.
    pub fired: u32,
}
