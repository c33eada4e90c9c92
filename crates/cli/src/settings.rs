//! The settings: options, environment and configuration files together.

mod config_file;
mod connection;
mod device_list;
mod device_search;
mod environment;
mod file_mode;
mod gateway_headers;
mod header_source;
mod new_profile;
mod precedence;
mod profile;
mod profile_host;
mod redactor;
mod relay_connection;
mod secret;
mod section;
mod serve_file;
mod server_connection;
mod session;
mod targets;

pub(crate) use config_file::ConfigFile;
pub(crate) use connection::Settings;
pub(crate) use device_search::FoundDevices;
pub(crate) use new_profile::{NewProfile, add_profile};
pub(crate) use profile::Profile;
pub(crate) use redactor::Redactor;
pub(crate) use relay_connection::{default_rate, relay_connection};
pub(crate) use secret::SecretSource;
pub(crate) use serve_file::{AuditSettings, ServeFile};
pub(crate) use server_connection::server_base;
pub(crate) use session::{ServerSession, Session};
pub(crate) use targets::{Targets, command_ids, no_provider, one_device};
