//! The review before a cancel.

pub(crate) mod body;
pub(crate) mod dialog;
pub(crate) mod list;
pub(crate) mod org_scan;
pub(crate) mod run_options;
