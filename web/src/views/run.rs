//! A run while it is active, and its results.

pub(crate) mod outcome_bar;
pub(crate) mod panel;
pub(crate) mod results;
pub(crate) mod server_runs;
pub(crate) mod unfinished;
