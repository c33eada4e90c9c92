//! The relay's setup: from a file, from the profiles, or none.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use countermand_server::{
    ConnectionConfig, Origin, RelayConfig, StoreLocation, TlsFiles,
    access::{LaunchLinks, SignIn},
    audit::AuditConfig,
};

use tempfile::TempDir;

use super::allowed_hosts::AllowedHosts;
use crate::{
    failure::Failure,
    output::say,
    settings::{AuditSettings, ConfigFile, ServeFile, relay_connection},
};

/// The relay and its server, as a file or the profiles configure them.
#[derive(Default)]
pub(super) struct RelaySetup {
    pub(super) relay: Option<RelayConfig>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) public: Option<Origin>,
    pub(super) tls: Option<TlsFiles>,
    /// Launch links, if the person who started the server signs in by one.
    pub(super) links: Option<LaunchLinks>,
}

impl RelaySetup {
    /// No relay: the page calls the providers itself.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// A relay to the demo's connections. What it keeps is in a temporary folder, unless `store` says where, and is gone
    /// with the returned folder.
    pub(super) fn of_demo(
        connections: Vec<ConnectionConfig>,
        store: Option<&StoreLocation>,
    ) -> Result<(Self, TempDir), Failure> {
        let folder = tempfile::Builder::new()
            .prefix("countermand-demo-")
            .tempdir();
        let folder = folder.map_err(|error| {
            Failure::before_sending(format!("Cannot create a temporary folder: {error}"))
        })?;
        let (sign_in, links) = by_link();
        let mut relay = RelayConfig::new(connections, sign_in, folder.path().join("audit"));
        if let Some(store) = store {
            relay.store = store.clone();
        }
        let setup = Self {
            relay: Some(relay),
            links,
            ..Self::default()
        };
        Ok((setup, folder))
    }

    /// The setup in a file.
    pub(super) fn of_file(file: ServeFile, store: Option<&StoreLocation>) -> Result<Self, Failure> {
        let store = store_in(&file, store)?;
        let audit = audit_config(file.audit)?;
        let (sign_in, links) = match file.sign_in {
            Some(sign_in) => (sign_in, None),
            None => by_link(),
        };
        let mut connections = file.connections;
        if links.is_some() {
            // There are no users: the person who started the server may do everything that the keys allow.
            for connection in &mut connections {
                connection.grants = countermand_server::access::Grants::everyone();
            }
        }
        let mut relay = RelayConfig::new(connections, sign_in, audit);
        relay.metrics = file.metrics;
        relay.notices = file.notices;
        relay.store = store;
        Ok(Self {
            relay: Some(relay),
            listen: file.listen,
            public: file.public,
            tls: file.tls,
            links,
        })
    }

    /// The profiles of the configuration, or the one named `named`. For a profile whose key is not available, the page
    /// asks for the key.
    pub(super) fn of_profiles(
        named: Option<&str>,
        store: Option<&StoreLocation>,
        allowed: &mut AllowedHosts,
    ) -> Result<Self, Failure> {
        let config = ConfigFile::read()?;
        let profiles = match named {
            Some(name) => vec![config.profile(name)?],
            None => config.profiles().to_vec(),
        };
        let mut connections = Vec::new();
        for profile in &profiles {
            match relay_connection(profile) {
                Ok(connection) => connections.push(connection),
                Err(failure) if named.is_some() => return Err(failure),
                Err(failure) => {
                    say(&format!(
                        "The page will ask for the key: {}",
                        failure.message()
                    ));
                    if let Some(base_url) = &profile.base_url {
                        allowed.allow(base_url);
                    }
                }
            }
        }
        if connections.is_empty() {
            return Ok(Self::none());
        }
        let (sign_in, links) = by_link();
        let mut relay = RelayConfig::new(connections, sign_in, audit_folder()?);
        relay.store = store.cloned().map_or_else(default_store, Ok)?;
        Ok(Self {
            relay: Some(relay),
            links,
            ..Self::default()
        })
    }
}

fn by_link() -> (SignIn, Option<LaunchLinks>) {
    let links = LaunchLinks::new();
    (SignIn::Launch(links.clone()), Some(links))
}

/// The name of the store's file.
const STORE: &str = "store.sqlite";

/// Returns where the store of a server is that was started with these.
pub(in crate::commands) fn store_of(
    config: Option<&Path>,
    store: Option<&StoreLocation>,
) -> Result<StoreLocation, Failure> {
    match (config, store) {
        (_, Some(store)) => Ok(store.clone()),
        (Some(config), None) => store_in(&ServeFile::read(config)?, None),
        (None, None) => default_store(),
    }
}

/// Returns where the store is, by the option, by the file, or else beside what the file names.
fn store_in(file: &ServeFile, store: Option<&StoreLocation>) -> Result<StoreLocation, Failure> {
    let folder = file.audit.folder.as_ref();
    match (store.or(file.store.as_ref()), service_folder(), folder) {
        (Some(store), ..) => Ok(store.clone()),
        // Where the audit may be written, the store may be, too.
        (None, None, Some(audit)) => Ok(StoreLocation::File(audit.join(STORE))),
        (None, ..) => default_store(),
    }
}

fn default_store() -> Result<StoreLocation, Failure> {
    Ok(StoreLocation::File(state_folder()?.join(STORE)))
}

/// Returns how the audit of a server is set up that was started with this file.
pub(super) fn audit_of(config: Option<&Path>) -> Result<AuditConfig, Failure> {
    match config {
        Some(config) => audit_config(ServeFile::read(config)?.audit),
        None => Ok(AuditConfig::new(audit_folder()?)),
    }
}

fn audit_config(settings: AuditSettings) -> Result<AuditConfig, Failure> {
    let mut config = AuditConfig::new(settings.folder.map_or_else(audit_folder, Ok)?);
    config.key = settings.key;
    config.checkpoint_file = settings.checkpoint_file;
    if let Some(minutes) = settings.checkpoint_minutes {
        config.checkpoint_every = Duration::from_secs(60 * u64::from(minutes));
    }
    config.keep_days = settings.keep_days;
    Ok(config)
}

/// Returns the default folder of the audit log.
fn audit_folder() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("audit"))
}

/// Returns the folder of what outlives the process: the service manager's, or the user's.
fn state_folder() -> Result<PathBuf, Failure> {
    if let Some(folder) = service_folder() {
        return Ok(folder);
    }
    let dirs = directories::BaseDirs::new().ok_or_else(|| {
        Failure::usage("No home folder for the audit log. Set audit in --config FILE.")
    })?;
    let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    Ok(state.join("countermand"))
}

/// Returns the folder that the service manager gives, where there is one.
fn service_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("STATE_DIRECTORY").filter(|folder| !folder.is_empty());
    folder.map(PathBuf::from)
}
