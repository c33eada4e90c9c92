//! The base URL of a provider's API.

use std::{fmt, net::IpAddr};

use countermand_core_model::InvalidValue;
use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the characters that need no encoding in a segment or a query (RFC 3986, unreserved).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const FIELD: &str = "base URL";

/// An absolute http(s) URL without user, query and fragment, to which paths are added.
///
/// Plain http is for loopback addresses, unless explicitly allowed: it exposes the key on the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    loopback: bool,
}

impl BaseUrl {
    /// Parses a URL with https, or with http to a loopback address.
    ///
    /// # Errors
    /// Names the rule; the value is shown without what may be a secret in it.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let base = Self::parse_allowing_http(text)?;
        if base.text.starts_with("http:") && !base.loopback {
            return Err(InvalidValue::new(
                FIELD,
                "must be https: http exposes the key on the network and is accepted for loopback addresses only, unless it is explicitly allowed",
                text,
            ));
        }
        Ok(base)
    }

    /// Parses a URL with https or http to any host. Only where a person explicitly allowed http.
    ///
    /// # Errors
    /// Names the rule; the value is shown without what may be a secret in it.
    pub fn parse_allowing_http(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        // The text after a '?' or '#', or before an '@', may be a secret: it is not repeated.
        let (visible, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
        if visible.contains('@') {
            return Err(InvalidValue::new(
                FIELD,
                "must not contain a user name or password",
                "https://[redacted]@…",
            ));
        }
        let refuse = |rule| Err(InvalidValue::new(FIELD, rule, visible));
        if !rest.is_empty() {
            return refuse("must not contain a query or fragment");
        }
        let Ok(uri) = visible.parse::<Uri>() else {
            return refuse("must be an absolute http:// or https:// URL");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refuse("must be an absolute http:// or https:// URL");
        };
        if !matches!(scheme, "http" | "https") || authority.host().is_empty() {
            return refuse("must be an absolute http:// or https:// URL");
        }
        let port_is_bad =
            authority.as_str().ends_with(':') || uri.port().is_some_and(|port| port.as_u16() == 0);
        if port_is_bad || (authority.port().is_none() && has_port_text(authority.as_str())) {
            return refuse("must have a port from 1 to 65535, or none");
        }
        if uri
            .path()
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
        {
            return refuse("must not have . or .. in its path");
        }
        let text = format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'));
        Ok(Self {
            text,
            loopback: is_loopback(authority.host()),
        })
    }

    /// Returns whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin: scheme, host and port.
    pub fn origin(&self) -> &str {
        let after_scheme = self.text.find("://").map_or(0, |at| at + 3);
        let end = self.text[after_scheme..]
            .find('/')
            .map_or(self.text.len(), |at| after_scheme + at);
        &self.text[..end]
    }

    /// This URL with `segments` as further path and `query`, each percent-encoded: a space is `%20`.
    ///
    /// # Errors
    /// When the URL is too long.
    pub fn join<'a>(
        &self,
        segments: &[&str],
        query: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Uri, InvalidValue> {
        let mut url = self.text.clone();
        for segment in segments {
            url.push('/');
            url.extend(utf8_percent_encode(segment, ENCODED));
        }
        for (index, (name, value)) in query.into_iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.extend(utf8_percent_encode(name, ENCODED));
            url.push('=');
            url.extend(utf8_percent_encode(value, ENCODED));
        }
        url.parse()
            .map_err(|_| InvalidValue::new("URL", "must be at most 65534 characters", &self.text))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns whether the authority has a port. One that is no number leaves `Uri` without a port, not with an error.
fn has_port_text(authority: &str) -> bool {
    let after_host = authority
        .rsplit_once(']')
        .map_or(authority, |(_, rest)| rest);
    after_host.contains(':')
}

/// Returns whether a host is this machine, by its name or address as text; nothing is resolved.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback(),
        Err(_) => {
            bare.eq_ignore_ascii_case("localhost")
                || bare.to_ascii_lowercase().ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones() {
        for (text, kept) in [
            ("https://api.applivery.io/v1", "https://api.applivery.io/v1"),
            (
                "https://api.applivery.io/v1/",
                "https://api.applivery.io/v1",
            ),
            (" https://gw.example ", "https://gw.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:9/x", "http://[::1]:9/x"),
        ] {
            assert_eq!(
                BaseUrl::parse(text).map(|base| base.to_string()).as_deref(),
                Ok(kept)
            );
        }
    }

    #[test]
    fn bad_ones() {
        for text in [
            "",
            "api.applivery.io",
            "/v1",
            "ftp://host",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https://host?x=1",
            "https://host#x",
            "https://u:p@host",
            "https://host:port",
            "https://host:99999",
            "https://host:0",
            "https://host:",
            "https://ho st",
            "https://host/../x",
            "http://api.applivery.io",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "http://2130706433",
            "http://localhost.example",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text:?}");
        }
        assert!(BaseUrl::parse_allowing_http("http://10.0.0.1").is_ok());
    }

    #[test]
    fn a_password_in_it_is_not_repeated() {
        for text in [
            "https://me:hunter22@host/v1",
            "https://host/v1?key=hunter22",
            "http://hunter22@10.0.0.1",
        ] {
            let error = BaseUrl::parse(text).unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("hunter22"),
                "{error}"
            );
        }
    }

    #[test]
    fn joins_with_everything_encoded() {
        let base = BaseUrl::parse("https://host/v1").unwrap();
        let uri = base
            .join(
                &["a b", "c/d", "..%"],
                [("k", "v w&x=y"), ("action", "get")],
            )
            .unwrap();
        assert_eq!(
            uri.to_string(),
            "https://host/v1/a%20b/c%2Fd/..%25?k=v%20w%26x%3Dy&action=get"
        );
    }

    #[test]
    fn origins() {
        assert_eq!(
            BaseUrl::parse("https://h:4/v1/x").unwrap().origin(),
            "https://h:4"
        );
        assert_eq!(BaseUrl::parse("https://h").unwrap().origin(), "https://h");
    }
}
