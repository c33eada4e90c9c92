//! Where a request goes to.

use http::{
    HeaderValue, Uri,
    uri::{Authority, Scheme},
};

use crate::{TransportError, TransportErrorKind};

/// Scheme, host and port: what a connection is made to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    is_secure: bool,
    authority: Authority,
}

impl Origin {
    /// Returns where a request to `uri` goes to.
    pub(super) fn of(uri: &Uri) -> Result<Self, TransportError> {
        let is_secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(refused()),
        };
        match uri.authority() {
            // A user and a password belong into a header, and a port that is no number is none to the parser.
            Some(authority)
                if !authority.host().is_empty()
                    && !authority.as_str().contains('@')
                    && (authority.port_u16().is_some()
                        || authority.as_str() == authority.host()) =>
            {
                Ok(Self {
                    is_secure,
                    authority: authority.clone(),
                })
            }
            _ => Err(refused()),
        }
    }

    /// Returns whether it is reached by TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns the `Host` of requests to it: without the port that everybody expects.
    pub(super) fn host(&self) -> Result<HeaderValue, TransportError> {
        let expected = if self.is_secure { 443 } else { 80 };
        let text = match self.authority.port_u16() {
            Some(port) if port != expected => self.authority.as_str(),
            _ => self.authority.host(),
        };
        HeaderValue::from_str(text).map_err(|_| refused())
    }
}

fn refused() -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str) -> Option<String> {
        let origin = Origin::of(&url.parse().unwrap()).ok()?;
        let host = origin.host().unwrap();
        Some(host.to_str().unwrap().to_owned())
    }

    #[test]
    fn hosts() {
        for (url, expected) in [
            ("http://vendor.example/x", "vendor.example"),
            ("http://vendor.example:80/x", "vendor.example"),
            ("http://vendor.example:443/x", "vendor.example:443"),
            ("https://vendor.example:443/x", "vendor.example"),
            ("https://[::1]:8443/", "[::1]:8443"),
        ] {
            assert_eq!(host(url).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn what_is_no_web_address_has_none() {
        for url in [
            "/path",
            "ftp://host/",
            "http://me@host/",
            "http://me:secret@host/",
            "host:80",
        ] {
            assert_eq!(host(url), None, "{url}");
        }
    }

    #[test]
    fn one_is_told_from_another() {
        let of = |url: &str| Origin::of(&url.parse().unwrap()).unwrap();
        assert_eq!(of("http://Vendor.example/a"), of("http://vendor.example/b"));
        for other in ["https://a:1/", "http://a:2/", "http://b:1/", "http://a/"] {
            assert_ne!(of("http://a:1/"), of(other), "{other}");
        }
    }
}
