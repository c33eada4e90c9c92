//! The file of `countermand serve --config`: connections, who may, and where it listens.

mod connection;
mod sign_in;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use countermand_relay::{
    ConnectionConfig, Origin, TlsFiles,
    access::{SignIn, StaticToken},
};

use super::section::Section;
use crate::failure::Failure;

/// What the file says.
#[derive(Debug)]
pub(crate) struct ServeFile {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) public: Option<Origin>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) audit: Option<PathBuf>,
    pub(crate) metrics: Option<StaticToken>,
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) connections: Vec<ConnectionConfig>,
}

impl ServeFile {
    /// Reads the file, and the secrets that it names.
    ///
    /// # Errors
    /// Names what is wrong: the section, the key and the rule, and never a value that may be a secret.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder)
            .map_err(|failure| Failure::usage(format!("{}: {}", path.display(), failure.message())))
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, Failure> {
        let mut file = Section::of_file(text, folder)?;
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
            audit: file.path("audit")?,
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
        };
        file.end()?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
