//! Whether there is a relay, and what it is made with.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf};

use countermand_server::{
    Origin, RelayConfig, TlsFiles,
    access::{LaunchLinks, SignIn},
};

use super::origin_of;
use crate::{
    failure::Failure,
    output::say,
    settings::{ConfigFile, ServeFile, relayed},
};

/// What a file or the profiles say about the relay and its server.
#[derive(Default)]
pub(super) struct Relaying {
    pub(super) relay: Option<RelayConfig>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) public: Option<Origin>,
    pub(super) tls: Option<TlsFiles>,
    /// The links by which whoever started the server comes in.
    pub(super) links: Option<LaunchLinks>,
}

impl Relaying {
    /// The page talks to the vendors itself.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// As a file says.
    pub(super) fn of_file(file: ServeFile) -> Result<Self, Failure> {
        let audit = file.audit.map_or_else(audit_folder, Ok)?;
        let (sign_in, links) = match file.sign_in {
            Some(sign_in) => (sign_in, None),
            None => by_link(),
        };
        let mut connections = file.connections;
        if links.is_some() {
            // Nobody has a name there: whoever started the server may what the file's keys may.
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

    /// The profiles of the configuration, or the one that is named. One whose key cannot be had is left to the
    /// page, which then asks for it.
    pub(super) fn of_profiles(
        named: Option<&str>,
        connect: &mut BTreeSet<Origin>,
    ) -> Result<Self, Failure> {
        let config = ConfigFile::read()?;
        let profiles = match named {
            Some(name) => vec![config.profile(name)?],
            None => config.profiles().to_vec(),
        };
        let mut connections = Vec::new();
        for profile in &profiles {
            match relayed(profile) {
                Ok(connection) => connections.push(connection),
                Err(failure) if named.is_some() => return Err(failure),
                Err(failure) => {
                    say(&format!("left to the page: {}", failure.message()));
                    connect.extend(profile.base_url.as_deref().and_then(origin_of));
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

/// Where audits are kept, where nothing else is said: the service manager's folder, or the user's.
fn audit_folder() -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os("STATE_DIRECTORY").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder).join("audit"));
    }
    let dirs = directories::BaseDirs::new().ok_or_else(|| {
        Failure::usage("there is no home folder for the audit: say audit in --config FILE")
    })?;
    let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    Ok(state.join("countermand/audit"))
}
