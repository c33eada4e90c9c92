//! Small elements that several views use.

pub(crate) mod badge;
pub(crate) mod chart;
pub(crate) mod empty;
pub(crate) mod modal;
pub(crate) mod moment;
pub(crate) mod notice;
pub(crate) mod searched_list;
