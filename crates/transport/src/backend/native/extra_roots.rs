//! Certificates that are trusted beside those of the machine.

use countermand_core_model::InvalidValue;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The certificates of an installation's own authority. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Reads certificates in PEM. Other sections, as keys, are skipped.
    ///
    /// # Errors
    /// When there is no certificate, or one cannot be used.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidValue> {
        let invalid = |rule| InvalidValue::new("certificates", rule, "");
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let found = found.map_err(|_| invalid("must be in PEM"))?;
        if found.is_empty() {
            return Err(invalid(
                "must be in PEM: there is no BEGIN CERTIFICATE in it",
            ));
        }
        let mut store = RootCertStore::empty();
        for certificate in &found {
            store
                .add(certificate.clone())
                .map_err(|_| invalid("must be certificates of authorities (X.509)"))?;
        }
        Ok(Self(found))
    }

    /// Returns the certificates.
    pub(super) fn into_certificates(self) -> Vec<CertificateDer<'static>> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let authority = rcgen::generate_simple_self_signed(["ca.example".to_owned()]).unwrap();
        let pem = authority.cert.pem();
        assert_eq!(ExtraRoots::from_pem(pem.as_bytes()).unwrap().0.len(), 1);
        let two = format!("# ours\n{pem}{pem}");
        assert_eq!(ExtraRoots::from_pem(two.as_bytes()).unwrap().0.len(), 2);
        for wrong in [
            "",
            "x",
            "-----BEGIN CERTIFICATE-----\n####\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert!(ExtraRoots::from_pem(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
