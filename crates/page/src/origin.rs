//! Origins that are safe in a policy.

use std::{fmt, str::FromStr};

use http::{Uri, uri::Authority};

/// Scheme, host and port of an http(s) address. No character of it has a meaning in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    /// Returns the origin of `authority` under `scheme`, as browsers write it: in lower case, without the
    /// scheme's default port.
    pub fn new(scheme: &str, authority: &Authority) -> Self {
        let host = authority.host().to_ascii_lowercase();
        let default_port = match scheme {
            "https" => 443,
            _ => 80,
        };
        Self(match authority.port_u16() {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        })
    }

    /// Returns the origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an origin must be http(s)://HOST or http(s)://HOST:PORT, without a path: {0:?}")]
pub struct InvalidOrigin(String);

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let refuse = || InvalidOrigin(text.chars().take(80).collect());
        let uri: Uri = text.parse().map_err(|_| refuse())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refuse());
        };
        // An authority may contain ';' and ',', which would begin another directive of the policy.
        let is_harmless = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        let is_port_valid = match authority.port() {
            Some(port) => port.as_u16() != 0,
            // The parser ignores a port that is not a number and would leave it in the text.
            None => authority.as_str() == authority.host(),
        };
        if !matches!(scheme, "http" | "https")
            || authority.host().is_empty()
            || !authority.as_str().bytes().all(is_harmless)
            || !is_port_valid
            || !matches!(uri.path(), "" | "/")
            || uri.query().is_some()
            || text.contains('#')
        {
            return Err(refuse());
        }
        Ok(Self::new(scheme, authority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones() {
        for (text, kept) in [
            ("https://api.applivery.io", "https://api.applivery.io"),
            ("https://GW.example:8443/", "https://gw.example:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://GW.example:443", "https://gw.example"),
            ("http://gw.example:80/", "http://gw.example"),
            ("https://gw.example:80", "https://gw.example:80"),
            ("http://gw.example:443", "http://gw.example:443"),
            ("https://gw.example:0443", "https://gw.example"),
            ("https://[::1]:443", "https://[::1]"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(
                text.parse::<Origin>().map(|origin| origin.0),
                Ok(kept.to_owned())
            );
        }
    }

    #[test]
    fn nothing_that_could_widen_the_policy() {
        for text in [
            "",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://*.example",
            "https://a;script-src",
            "https://a,b",
            "https://a b",
            "https://a'b",
            "https://u@a",
            "https://a/path",
            "https://a?x",
            "https://a#x",
            "https://a:0",
            "https://a:",
            "https://a:99999",
            "data:",
            "file:///",
            "ws://a",
            "a.example",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
    }
}
