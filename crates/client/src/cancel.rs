//! Decides what an answer or a reading says about a cancel, and what is done next. Pure: no I/O and no clock, so
//! that every order of events can be tried (`cancel/model`). Everything that ends in an outcome is decided here and
//! nowhere else; `run` carries it out.

mod attempts;
mod decide;
#[cfg(test)]
mod model;
mod queue;
mod response;
mod schedule;
mod target;

pub(crate) use decide::{before_cancel, is_left_open, refusal, refused_before, was_meant};
pub(crate) use queue::{DeviceQueue, Order, ReadFailure, Step, UnplannedTarget};
pub(crate) use response::{CancelResponse, ResponseKind, is_throttled};
pub(crate) use schedule::Schedule;
pub(crate) use target::{Place, Target, oldest};
