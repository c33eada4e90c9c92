//! The origin of this server's page, and whether a request comes from there.

pub(crate) mod host;

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderName, Method, header::ORIGIN};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The origin of this server's page, by the name that a request used.
#[derive(Clone, Debug)]
pub(crate) struct OwnOrigin(String);

impl OwnOrigin {
    /// Returns the origin by which browsers reach the server.
    pub(crate) fn of(origin: &str) -> Self {
        Self(origin.to_ascii_lowercase())
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Returns it as text.
    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether only this machine uses the name.
    pub(crate) fn is_local(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        authority.parse().is_ok_and(|authority| {
            host::is_this_machine(&authority, IpAddr::V4(Ipv4Addr::LOCALHOST))
        })
    }

    /// Returns whether a request comes from this server's own page, or from no page at all. A request that changes
    /// something has to say so, as every browser does.
    pub(crate) fn is_of(&self, method: &Method, headers: &HeaderMap) -> bool {
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        let mut origins = headers.get_all(ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => None,
            (Some(origin), None) => Some(origin.as_bytes() == self.0.as_bytes()),
            (Some(_), Some(_)) => Some(false),
        };
        let site = headers.get(SITE).map(|site| match site.as_bytes() {
            b"same-origin" => true,
            // Typed, or from a bookmark: no page at all, so nothing that may change anything.
            b"none" => !changes,
            _ => false,
        });
        match (origin, site) {
            (Some(false), _) | (_, Some(false)) => false,
            (Some(true), _) | (_, Some(true)) => true,
            (None, None) => !changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_changes_something_comes_from_the_own_page() {
        let own = OwnOrigin("http://localhost:1".to_owned());
        let is_of = |method: Method, headers: &[(HeaderName, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(name.clone(), HeaderValue::from_static(value));
            }
            own.is_of(&method, &map)
        };
        let (same, other) = (
            (ORIGIN, "http://localhost:1"),
            (ORIGIN, "http://localhost:2"),
        );
        assert!(is_of(Method::POST, std::slice::from_ref(&same)));
        assert!(is_of(Method::POST, &[(SITE, "same-origin")]));
        assert!(is_of(Method::GET, &[]));
        assert!(is_of(Method::GET, &[(SITE, "none")]));
        for (method, headers) in [
            (Method::POST, vec![]),
            (Method::POST, vec![other.clone()]),
            (Method::GET, vec![other]),
            (Method::POST, vec![(ORIGIN, "null")]),
            (Method::POST, vec![same.clone(), same.clone()]),
            (Method::POST, vec![same, (SITE, "cross-site")]),
            (Method::POST, vec![(SITE, "none")]),
            (Method::GET, vec![(SITE, "same-site")]),
            (Method::GET, vec![(SITE, "cross-site")]),
        ] {
            assert!(!is_of(method.clone(), &headers), "{method} {headers:?}");
        }
    }
}
