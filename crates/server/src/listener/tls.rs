//! TLS with certificate and key from files, which can be reloaded while the server runs.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::stalled_peer::CutStalled;

/// The files of certificate and key, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with its intermediates.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct TlsError {
    what: String,
    source: io::Error,
}

impl TlsError {
    fn new(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            what: what.into(),
            source: io::Error::other(source),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    config: RustlsConfig,
}

impl Tls {
    pub(crate) fn load(files: TlsFiles) -> Result<Self, TlsError> {
        Ok(Self {
            config: RustlsConfig::from_config(read(&files)?),
            files,
        })
    }

    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        self.config.reload_from_config(read(&self.files)?);
        Ok(())
    }

    pub(crate) fn acceptor(&self, handshake: Duration) -> RustlsAcceptor<CutStalled> {
        RustlsAcceptor::new(self.config.clone())
            .handshake_timeout(handshake)
            .acceptor(CutStalled::default())
    }
}

/// Checks that only the owner may write the key: others could replace it.
fn check_writers(key: &Path) -> Result<(), TlsError> {
    #[cfg(unix)]
    if let Ok(metadata) = key.metadata() {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o7777;
        if metadata.is_file() && mode & 0o022 != 0 {
            return Err(TlsError::new(
                format!("the key {} has mode {mode:04o}", key.display()),
                "users other than its owner can write it: run chmod 0600",
            ));
        }
    }
    Ok(())
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    check_writers(&files.key)?;
    let unreadable = |what: &str, path: &PathBuf| format!("{what} {}", path.display());
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(&files.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| {
                TlsError::new(
                    unreadable("there is no certificate in PEM in", &files.certificate),
                    error,
                )
            })?;
    // The parser says what it found, and never the key.
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| {
        TlsError::new(
            unreadable("there is no private key in PEM in", &files.key),
            error,
        )
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::new("TLS cannot be set up", error))?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| {
            TlsError::new(
                unreadable("the key is not that of the certificate", &files.certificate),
                error,
            )
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
