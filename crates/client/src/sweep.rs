//! A sweep: cancels what a filter matches on all devices of an organization, each device's as soon as they are found, in
//! the order in which the devices are likely to act.

mod order;
mod status;
mod what;

pub(crate) use order::SweepOrder;
pub use status::SweepStatus;
pub use what::{Sweep, SweepScope};
