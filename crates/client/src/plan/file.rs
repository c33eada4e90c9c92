//! A saved plan: exact targets with the states seen, and devices on which everything is to be cancelled, in a chained
//! file like the journal.

mod parse;
mod saved_plan;
#[cfg(test)]
mod tests;
mod write;

pub use saved_plan::{SavedDevice, SavedPlan, SavedTarget};
