//! The devices of both providers and what waits for them.
//!
//! A device is made from the seed when it is first asked for, so that a fleet of any size starts at
//! once; devices do not touch each other, so each is moved up to the present when it is looked at,
//! and what is seen does not depend on who looked when.

pub(crate) mod applivery;
mod cancelling;
pub(crate) mod command;
pub(crate) mod device;
pub(crate) mod enos;
pub(crate) mod generator;
pub(crate) mod identity;
pub(crate) mod lifecycle;
pub(crate) mod names;
pub(crate) mod presence;

use serde::{Deserialize, Serialize};

/// Whose device, command or address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Applivery.
    Applivery,
    /// EnOS.
    Enos,
}
