//! The file of `countermand serve --config`: connections, access rights, where notices go, and where to listen.

mod audit;
mod connection;
mod notices;
mod sign_in;

use std::{net::SocketAddr, path::Path};

use countermand_core_model::ExposeSecret;
use countermand_server::{
    ConnectionConfig, Origin, StoreLocation, TlsFiles,
    access::{AccessConfig, SignIn, StaticToken},
    notices::Destination,
};

use super::{
    file_mode::check_rules,
    section::{Secrets, Section},
};
use crate::failure::Failure;

pub(crate) use audit::AuditSettings;

/// The settings in the file.
#[derive(Debug)]
pub(crate) struct ServeFile {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) public: Option<Origin>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) audit: AuditSettings,
    pub(crate) store: Option<StoreLocation>,
    pub(crate) metrics: Option<StaticToken>,
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) connections: Vec<ConnectionConfig>,
    pub(crate) notices: Vec<Destination>,
}

impl ServeFile {
    /// Reads the file, and the secrets that it names.
    ///
    /// # Errors
    /// Names the section, the key and the rule, and never a value that may be a secret.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::read_with(path, Secrets::Fetch)
    }

    /// Reads the access rights. Secrets are not fetched: rights can be withdrawn even while a secret cannot be fetched.
    ///
    /// # Errors
    /// Like [`Self::read`].
    pub(crate) fn read_access(path: &Path) -> Result<Self, Failure> {
        Self::read_with(path, Secrets::Skipped)
    }

    fn read_with(path: &Path, secrets: Secrets) -> Result<Self, Failure> {
        check_rules(path)?;
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("Cannot read {}: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder, secrets)
            .map_err(|failure| Failure::usage(format!("{}: {}", path.display(), failure.message())))
    }

    /// Returns the access rights, or `None` without sign-in.
    pub(crate) fn access(&self) -> Option<AccessConfig> {
        let mut access = AccessConfig::new(self.sign_in.clone()?);
        let grants = self.connections.iter();
        access.grants = grants
            .map(|connection| (connection.name.clone(), connection.grants.clone()))
            .collect();
        access.metrics = self.metrics.clone();
        Some(access)
    }

    fn parse(text: &str, folder: &Path, secrets: Secrets) -> Result<Self, Failure> {
        let mut file = Section::of_file_with(text, folder, secrets)?;
        let tls = match file.section("tls")? {
            Some(mut tls) => {
                let files = TlsFiles {
                    certificate: tls.must("certificate", Section::path)?,
                    key: tls.must("key", Section::path)?,
                };
                tls.end()?;
                Some(files)
            }
            None => None,
        };
        let metrics = file.parsed("metrics_token_sha256", |hash| {
            StaticToken::new("metrics", hash)
        })?;
        let read = Self {
            listen: file.parsed("listen", str::parse)?,
            public: file.parsed("public_origin", str::parse)?,
            tls,
            audit: audit::read(&mut file)?,
            store: store(&mut file, folder)?,
            metrics,
            sign_in: match file.section("sign_in")? {
                Some(section) => Some(sign_in::read(section)?),
                None => None,
            },
            connections: match file.section("connection")? {
                Some(section) => section
                    .sections()?
                    .into_iter()
                    .map(connection::read)
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
            notices: match file.section("notices")? {
                Some(section) => section
                    .sections()?
                    .into_iter()
                    .filter_map(|section| notices::read(section).transpose())
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
        };
        file.end()?;
        Ok(read)
    }
}

/// Reads where the store is: `store`, or a URL with a password by `store_env`, `store_file` or `store_command`.
fn store(file: &mut Section, folder: &Path) -> Result<Option<StoreLocation>, Failure> {
    let Some(location) = file.parsed("store", str::parse)? else {
        let Some(url) = file.secret("store")? else {
            return Ok(None);
        };
        if file.skips_secrets() {
            return Ok(None);
        }
        return match url.expose_secret().parse() {
            Ok(location @ StoreLocation::Postgres(_)) => Ok(Some(location)),
            Ok(StoreLocation::File(_)) | Err(_) => {
                Err(file.wrong("store", "must be postgres://USER:PASSWORD@HOST/DATABASE"))
            }
        };
    };
    match location {
        StoreLocation::File(path) => Ok(Some(StoreLocation::File(folder.join(path)))),
        with_password @ StoreLocation::Postgres(_) if with_password.has_password() => Err(file
            .wrong(
                "store",
                "must not have a password in this file: use store_env, store_file or store_command",
            )),
        location @ StoreLocation::Postgres(_) => Ok(Some(location)),
    }
}

#[cfg(test)]
mod tests;
