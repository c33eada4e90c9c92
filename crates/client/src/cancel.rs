//! Decides what a response or a reading says about a cancel, and what to do next. Every outcome is decided here;
//! `run` carries it out. There is no I/O and no clock, so that `cancel/model` can try every order of events.

mod attempts;
mod decide;
#[cfg(test)]
mod model;
mod queue;
mod response;
mod schedule;
mod target;

pub(crate) use decide::{before_cancel, is_covered_by_call, is_left_open, refusal, refused_before};
pub(crate) use queue::{DeviceQueue, Order, ReadFailure, Step, UnplannedTarget};
pub(crate) use response::{CancelResponse, ResponseKind, is_throttled};
pub(crate) use schedule::Schedule;
pub(crate) use target::{Place, Target, oldest};
