//! The state of Countermand's console: what is listed, reviewed, run, approved and said about it.
//!
//! Plain Rust without a DOM: it is tested natively, and a page only shows it. It decides nothing about a
//! cancel itself: outcomes come from `countermand-client`. [`text`] has everything that is said, in every
//! language.

pub mod address;
pub mod approval;
pub mod brake;
pub mod brake_rules;
pub mod command_line;
pub mod command_view;
pub mod connection_check;
pub mod connection_form;
pub mod counts;
pub mod demo;
pub mod details;
pub mod device_file;
pub mod device_name;
pub mod export;
pub mod fleet;
pub mod headline;
pub mod idle;
pub mod journal_check;
pub mod kind_severity;
pub mod language;
pub mod outcome;
pub mod page;
pub mod palette;
pub mod past_run;
pub mod pasted_devices;
pub mod picker;
pub mod problem;
pub mod profiles;
pub mod promoted_commands;
pub mod relative_time;
pub mod relay;
pub mod results;
pub mod review;
pub mod rows;
pub mod run;
pub mod run_choices;
pub mod run_status;
pub mod saved_connections;
pub mod server_run;
pub mod settings;
pub mod shortcuts;
pub mod stored_key;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod text_width;
pub mod timeline;
pub mod timeline_lanes;
pub mod unfinished;
pub mod unread;
pub mod watch;
