//! TLS by rustls with ring, and the certificates that this machine trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{TransportError, TransportErrorKind};

/// Returns the configuration of TLS connections, and why no certificate can be checked, where that is so: a machine
/// without certificates can still use a loopback address.
pub(super) fn of_this_machine() -> Result<(ClientConfig, Option<rustls::Error>), TransportError> {
    match config() {
        Ok(tls) => Ok((tls, None)),
        Err(error) => match trusting_nobody() {
            Ok(tls) => Ok((tls, Some(error))),
            Err(error) => {
                Err(TransportError::new(TransportErrorKind::InvalidRequest).with_source(error))
            }
        },
    }
}

/// The configuration of TLS connections.
///
/// The crypto provider is passed here instead of being installed for the whole process: that is for the program
/// to decide, not for a library.
fn config() -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(with_protocols(config))
}

/// Trusts no certificate, for a machine without any: a loopback address is still reached by http.
fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Ok(with_protocols(config))
}

fn with_protocols(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
