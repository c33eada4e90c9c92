//! The state of Countermand's console: what is listed, reviewed, run, approved and said about it.
//!
//! Plain Rust without a DOM: it is tested natively, and a page only shows it. It decides nothing about a
//! cancel itself: outcomes come from `countermand-client`. [`text`] has everything that is said, in every
//! language.

pub mod about;
pub mod address;
pub mod ago;
pub mod approval;
pub mod check;
pub mod command_line;
pub mod connection_form;
pub mod consequence;
pub mod demo;
pub mod details;
pub mod device_box;
pub mod device_file;
pub mod entrances;
pub mod everywhere;
pub mod export;
pub mod fleet;
pub mod headline;
pub mod idle;
pub mod journal_check;
pub mod kept_key;
pub mod language;
pub mod meant;
pub mod next_out;
pub mod outcome;
pub mod page;
pub mod palette;
pub mod past_run;
pub mod picker;
pub mod problem;
pub mod profiles;
pub mod progress;
mod progress_words;
pub mod relay;
pub mod review;
pub mod rows;
pub mod run_choices;
pub mod scale;
pub mod settings;
pub mod shortcuts;
pub mod standing;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod timeline;
pub mod timeline_layout;
pub mod unfinished;
pub mod until;
