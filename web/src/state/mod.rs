//! What the console knows and decides: plain Rust, tested without a browser. Views only show it.

pub mod address;
pub mod ago;
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
pub mod fleet;
pub mod idle;
pub mod kept_key;
pub mod meant;
pub mod next_out;
pub mod outcome;
pub mod page;
pub mod picker;
pub mod problem;
pub mod profiles;
pub mod progress;
mod progress_words;
pub mod review;
pub mod rows;
pub mod scale;
pub mod settings;
#[cfg(test)]
pub(crate) mod testing;
pub mod timeline;
pub mod timeline_layout;
pub mod until;
