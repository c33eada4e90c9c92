//! The failures of reqwest as transport errors.

use std::{error::Error, io};

use crate::{TransportError, TransportErrorKind};

/// A failure before the head of an answer.
///
/// A kept connection that the server closed while the request was sent counts as interrupted: the server may
/// have read the request first.
pub(super) fn before_the_head(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() {
        TransportErrorKind::InvalidRequest
    } else if error.is_connect() {
        // Also a connect timeout: nothing was sent yet.
        why_no_connection(&error)
    } else {
        TransportErrorKind::Interrupted
    };
    with_cause(kind, error)
}

/// Returns whether another attempt to connect may help.
pub(super) fn why_no_connection(error: &(dyn Error + 'static)) -> TransportErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if matches!(
            error.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        ) {
            return TransportErrorKind::Untrusted;
        }
        // The type of this one is private to a crate below.
        let words = error.to_string();
        if words.contains("proxy authorization required") {
            return TransportErrorKind::ProxyRefused;
        }
        // An I/O error hides the one that it was made of from `source`.
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = match within {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    TransportErrorKind::Connect
}

/// A failure while the body was read or unpacked.
pub(super) fn in_the_body(error: reqwest::Error) -> TransportError {
    with_cause(TransportErrorKind::Truncated, error)
}

/// The URL is left out: its query may be anything.
pub(super) fn with_cause(kind: TransportErrorKind, error: reqwest::Error) -> TransportError {
    TransportError::new(kind).with_source(error.without_url())
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[test]
    fn a_certificate_that_is_not_trusted_stays_so_and_another_failure_may_pass() {
        for certificate in [CertificateError::UnknownIssuer, CertificateError::Expired] {
            let tls = rustls::Error::InvalidCertificate(certificate);
            let within = io::Error::other(io::Error::other(tls.clone()));
            for error in [&tls as &(dyn Error + 'static), &within] {
                assert_eq!(why_no_connection(error), TransportErrorKind::Untrusted);
            }
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let broken = io::Error::other(rustls::Error::DecryptError);
        for error in [&refused, &broken] {
            assert_eq!(why_no_connection(error), TransportErrorKind::Connect);
        }
        let proxy = io::Error::other("proxy authorization required");
        assert_eq!(why_no_connection(&proxy), TransportErrorKind::ProxyRefused);
    }
}
