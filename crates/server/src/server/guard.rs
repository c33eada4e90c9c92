//! What every request is held to before anything else looks at it, and whether it comes from this server's page.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use countermand_page::Origin;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version,
    header::{HOST, ORIGIN, STRICT_TRANSPORT_SECURITY, UPGRADE},
    request::Parts,
    uri::Authority,
};

use super::host;
use crate::{answers::Refusal, console};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whoever came over TLS once comes over TLS for a year.
const ALWAYS_SECRET: &str = "max-age=31536000";

/// Browsers know no ports there: other servers of this machine are called localhost, too.
const SHORTLY_SECRET: &str = "max-age=60";

/// The paths that machines ask for by address. They tell nothing about anybody.
const BY_ADDRESS: [&str; 2] = ["/healthz", "/metrics"];

/// Who this server is.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    public: Option<Origin>,
    listen: IpAddr,
    tls: bool,
}

/// The origin that a request's page must have: this server's, by the name that the request used.
#[derive(Clone, Debug)]
pub(crate) struct OwnOrigin(String);

impl Guard {
    pub(crate) fn new(public: Option<Origin>, listen: IpAddr, tls: bool) -> Self {
        Self {
            public,
            listen,
            tls,
        }
    }

    /// The origin of whoever this request is meant for, where that is this server.
    fn own(&self, request: &Parts) -> Result<OwnOrigin, Refused> {
        let is_http1 = request.version <= Version::HTTP_11;
        if request.method == Method::CONNECT {
            return Err(Refused::Malformed("This server is no proxy."));
        }
        // Only a proxy is asked in absolute form.
        if (is_http1 && request.uri.authority().is_some()) || !request.uri.path().starts_with('/') {
            return Err(Refused::Malformed("The target must be a path."));
        }
        if request.headers.contains_key(UPGRADE) {
            return Err(Refused::Malformed("This server speaks HTTP only."));
        }
        let host = authority(request).ok_or(Refused::Misdirected)?;
        if host.as_str().contains('@') {
            return Err(Refused::Misdirected);
        }
        let scheme = if self.tls { "https" } else { "http" };
        // A port that is no number is none to the parser: such a name is nobody's.
        if host.port_u16().is_none() && host.as_str() != host.host() {
            return Err(Refused::Misdirected);
        }
        let by_name = Origin::new(scheme, &host).to_string();
        match &self.public {
            Some(public) => {
                // By the scheme that browsers use: whoever is before this server may speak TLS for it.
                let (public_scheme, _) = public.as_str().split_once("://").unwrap_or_default();
                let is_public = Origin::new(public_scheme, &host) == *public;
                // Whoever is on this machine may come in by its address, too.
                let is_local =
                    self.listen.is_loopback() && host::is_this_machine(&host, self.listen);
                match (is_public, is_local) {
                    (true, _) => Ok(OwnOrigin(public.to_string())),
                    (_, true) => Ok(OwnOrigin(by_name)),
                    _ => Err(Refused::Misdirected),
                }
            }
            None if host::is_this_machine(&host, self.listen) => Ok(OwnOrigin(by_name)),
            None => Err(Refused::Misdirected),
        }
    }
}

/// The one name that the request uses for this server.
fn authority(request: &Parts) -> Option<Authority> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(host.to_str().ok()?.parse::<Authority>().ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    match (request.uri.authority(), named) {
        (Some(target), Some(host)) if *target != host => None,
        (Some(target), _) => Some(target.clone()),
        (None, host) => host,
    }
}

enum Refused {
    Malformed(&'static str),
    Misdirected,
}

/// Lets through what is meant for this server, and says by which name.
pub(super) async fn stand_at_the_door(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let own = guard.own(&parts);
    let is_secret = own.as_ref().map_or(guard.tls, OwnOrigin::is_https);
    let is_localhost =
        authority(&parts).is_some_and(|host| host.host().eq_ignore_ascii_case("localhost"));
    let mut response = match own {
        Ok(own) => {
            parts.extensions.insert(own);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(Refused::Misdirected) if BY_ADDRESS.contains(&parts.uri.path()) => {
            next.run(Request::from_parts(parts, body)).await
        }
        Err(Refused::Malformed(why)) => Refusal::Malformed(why).answer(None),
        Err(Refused::Misdirected) => console::plain(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not go by that name.",
        ),
    };
    console::protect(response.headers_mut());
    if is_secret {
        let value = if is_localhost {
            SHORTLY_SECRET
        } else {
            ALWAYS_SECRET
        };
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(value));
    }
    response
}

impl OwnOrigin {
    /// What browsers call the server.
    pub(crate) fn of(origin: &str) -> Self {
        Self(origin.to_ascii_lowercase())
    }

    fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Is it a name that only this machine uses?
    pub(crate) fn is_local(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        authority.parse().is_ok_and(|authority| {
            host::is_this_machine(&authority, IpAddr::V4(Ipv4Addr::LOCALHOST))
        })
    }

    /// Does a request come from this server's own page, or from no page at all? What changes something has to
    /// say so: a browser always does.
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
            // Typed, or from a bookmark: nobody else's page, and so nothing that may change anything.
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

    fn parts(method: &str, target: &str, headers: &[(&'static str, &'static str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn own(
        public: Option<&str>,
        target: &str,
        headers: &[(&'static str, &'static str)],
    ) -> Option<String> {
        let public = public.map(|public| public.parse().unwrap());
        let guard = Guard::new(public, "127.0.0.1".parse().unwrap(), false);
        guard
            .own(&parts("GET", target, headers))
            .ok()
            .map(|own| own.0)
    }

    #[test]
    fn only_by_its_own_names() {
        let local = own(None, "/", &[("host", "LocalHost:8080")]);
        assert_eq!(local.as_deref(), Some("http://localhost:8080"));
        for host in ["attacker.example", "me@localhost", "169.254.169.254", ""] {
            let host: &'static str = host;
            assert_eq!(own(None, "/", &[("host", host)]), None, "{host}");
        }
        assert_eq!(own(None, "/", &[]), None);
        assert_eq!(
            own(None, "/", &[("host", "localhost"), ("host", "localhost")]),
            None
        );
        let public = Some("https://console.example");
        assert_eq!(
            own(public, "/", &[("host", "Console.Example")]).as_deref(),
            Some("https://console.example")
        );
        assert_eq!(own(public, "/", &[("host", "console.example.evil")]), None);
        for (public, host, expected) in [
            (
                "https://console.example",
                "console.example:443",
                "https://console.example",
            ),
            (
                "https://console.example:443",
                "console.example",
                "https://console.example",
            ),
            (
                "https://console.example:443",
                "Console.example:443",
                "https://console.example",
            ),
            (
                "http://console.example:80",
                "console.example",
                "http://console.example",
            ),
            (
                "http://console.example",
                "console.example:80",
                "http://console.example",
            ),
            (
                "https://console.example:8443",
                "console.example:8443",
                "https://console.example:8443",
            ),
            (
                "https://console.example",
                "localhost:80",
                "http://localhost",
            ),
        ] {
            let own = own(Some(public), "/", &[("host", host)]);
            assert_eq!(own.as_deref(), Some(expected), "{public} {host}");
        }
        for (public, host) in [
            ("https://console.example", "console.example:80"),
            ("https://console.example", "console.example:8443"),
            ("http://console.example", "console.example:443"),
            ("https://console.example:8443", "console.example"),
            ("https://console.example:8443", "console.example:443"),
            ("https://console.example", "console.example:"),
            ("https://console.example", "console.example:443x"),
            ("https://console.example", "console.example:99443"),
        ] {
            assert_eq!(
                own(Some(public), "/", &[("host", host)]),
                None,
                "{public} {host}"
            );
        }
        assert_eq!(
            own(None, "/", &[("host", "127.0.0.1:80")]).as_deref(),
            Some("http://127.0.0.1")
        );
    }

    #[test]
    fn no_proxy_and_no_upgrade() {
        let host = ("host", "localhost");
        for target in [
            "http://localhost/",
            "http://u@localhost/",
            "http://attacker.example/",
        ] {
            assert_eq!(own(None, target, &[host]), None, "{target}");
        }
        assert_eq!(own(None, "*", &[host]), None);
        assert_eq!(own(None, "/", &[host, ("upgrade", "websocket")]), None);
        let guard = Guard::new(None, "127.0.0.1".parse().unwrap(), false);
        assert!(
            guard
                .own(&parts("CONNECT", "localhost:80", &[host]))
                .is_err()
        );
    }

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
