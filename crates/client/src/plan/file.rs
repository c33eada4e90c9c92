//! A plan that is kept: exact targets with the states seen, in a chained file as the journal is.

mod parse;
mod saved_plan;
#[cfg(test)]
mod tests;
mod write;

pub use saved_plan::{BrokenPlan, SavedPlan, SavedTarget};
