//! Brakes that two persons agreed on beforehand. While a rule is in force, what it surely covers needs no approval; and with
//! an automatic one the watch brakes by itself.

mod proposal;
mod shown;

pub(crate) use proposal::Proposal;
pub(crate) use shown::described;

/// How many rules of a connection may be proposed or in force.
pub(crate) const MOST_OPEN: u64 = 50;

/// How many rules a list has.
pub(crate) const LISTED: u32 = 200;
