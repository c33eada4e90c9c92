//! With which organisation to talk, and with which keys: options, environment and profile together.

mod config_file;
mod connection;
mod device_list;
mod environment;
mod file_mode;
mod named;
mod precedence;
mod profile;
mod redactor;
mod relayed;
mod secret;
mod section;
mod serve_file;
mod targets;

pub(crate) use config_file::ConfigFile;
pub(crate) use connection::{Session, Settings};
pub(crate) use redactor::Redactor;
pub(crate) use relayed::{default_rate, relayed};
pub(crate) use serve_file::ServeFile;
pub(crate) use targets::{Targets, command_ids, one_device};
