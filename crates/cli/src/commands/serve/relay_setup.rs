//! The relay's setup: from a file, from the profiles, or none.

use std::{net::SocketAddr, path::PathBuf};

use countermand_server::{
    Origin, RelayConfig, TlsFiles,
    access::{LaunchLinks, SignIn},
};

use super::allowed_hosts::AllowedHosts;
use crate::{
    failure::Failure,
    output::say,
    settings::{ConfigFile, ServeFile, relay_connection},
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

    /// The setup in a file.
    pub(super) fn of_file(file: ServeFile) -> Result<Self, Failure> {
        let audit = file.audit.map_or_else(audit_folder, Ok)?;
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
                    say(&format!("the page asks for the key: {}", failure.message()));
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
        Ok(Self {
            relay: Some(RelayConfig::new(connections, sign_in, audit_folder()?)),
            links,
            ..Self::default()
        })
    }
}

fn by_link() -> (SignIn, Option<LaunchLinks>) {
    let links = LaunchLinks::new();
    (SignIn::Launch(links.clone()), Some(links))
}

/// Returns the default folder of the audit log: the service manager's, or the user's.
fn audit_folder() -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os("STATE_DIRECTORY").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder).join("audit"));
    }
    let dirs = directories::BaseDirs::new().ok_or_else(|| {
        Failure::usage("there is no home folder for the audit log: set audit in --config FILE")
    })?;
    let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    Ok(state.join("countermand/audit"))
}
