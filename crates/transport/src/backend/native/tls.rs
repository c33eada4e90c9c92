//! TLS by rustls with ring, and the certificates that this machine trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::Verifier;

use super::extra_roots::ExtraRoots;
use crate::{TransportError, TransportErrorKind};

/// Returns the configuration of TLS connections, and why no certificate can be checked, where that is so: a machine
/// without certificates can still use a loopback address.
pub(super) fn of_this_machine(
    extra: &ExtraRoots,
) -> Result<(ClientConfig, Option<rustls::Error>), TransportError> {
    match config(extra) {
        Ok(tls) => Ok((tls, None)),
        Err(error) => match trusting_nobody() {
            Ok(tls) => Ok((tls, Some(error))),
            Err(error) => {
                Err(TransportError::new(TransportErrorKind::InvalidRequest).with_source(error))
            }
        },
    }
}

/// The configuration of TLS connections: what this machine trusts, and `extra`.
///
/// The crypto provider is passed here instead of being installed for the whole process: that is for the program
/// to decide, not for a library.
fn config(extra: &ExtraRoots) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let extra = extra.clone().into_certificates();
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone())?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
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
