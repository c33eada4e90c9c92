//! Checks that every request is meant for this server, before anything else reads it.

use std::net::IpAddr;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use countermand_page::Origin;
use http::{
    HeaderValue, Method, StatusCode, Version,
    header::{HOST, STRICT_TRANSPORT_SECURITY, UPGRADE},
    request::Parts,
    uri::Authority,
};

use crate::{
    own_origin::{OwnOrigin, host},
    response::{Refusal, plain, protect},
};

/// Browsers that came over TLS stay on TLS for a year.
const ALWAYS_SECRET: &str = "max-age=31536000";

/// As [`ALWAYS_SECRET`] for localhost, which other servers of this machine share: the header knows no ports.
const SHORTLY_SECRET: &str = "max-age=60";

/// Paths that monitoring requests by address. Their responses say nothing about anybody.
const BY_ADDRESS: [&str; 2] = ["/healthz", "/metrics"];

/// The names by which this server may be reached.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    public: Option<Origin>,
    listen: IpAddr,
    tls: bool,
}

impl Guard {
    pub(crate) fn new(public: Option<Origin>, listen: IpAddr, tls: bool) -> Self {
        Self {
            public,
            listen,
            tls,
        }
    }

    /// Returns the origin by which a request reached this server.
    fn own(&self, request: &Parts) -> Result<OwnOrigin, Refused> {
        let is_http1 = request.version <= Version::HTTP_11;
        if request.method == Method::CONNECT {
            return Err(Refused::Malformed("This server is no proxy."));
        }
        // Only a proxy gets the absolute form.
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
        // The parser takes a port that is no number for none.
        if host.port_u16().is_none() && host.as_str() != host.host() {
            return Err(Refused::Misdirected);
        }
        let by_name = Origin::new(scheme, &host).to_string();
        match &self.public {
            Some(public) => {
                // By the scheme that browsers use: a proxy may terminate TLS.
                let (public_scheme, _) = public.as_str().split_once("://").unwrap_or_default();
                let is_public = Origin::new(public_scheme, &host) == *public;
                // From this machine the local address works as well.
                let is_local =
                    self.listen.is_loopback() && host::is_this_machine(&host, self.listen);
                match (is_public, is_local) {
                    (true, _) => Ok(OwnOrigin::of(public.as_str())),
                    (_, true) => Ok(OwnOrigin::of(&by_name)),
                    _ => Err(Refused::Misdirected),
                }
            }
            None if host::is_this_machine(&host, self.listen) => Ok(OwnOrigin::of(&by_name)),
            None => Err(Refused::Misdirected),
        }
    }
}

/// Returns the one authority that a request names.
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

/// Lets a request through to `next` that is meant for this server, with its [`OwnOrigin`].
pub(crate) async fn validate_origin(
    guard: &Guard,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let own = guard.own(&parts);
    let is_secret = own.as_ref().map_or(guard.tls, OwnOrigin::is_https);
    let is_localhost = is_secret
        && authority(&parts).is_some_and(|host| host.host().eq_ignore_ascii_case("localhost"));
    let mut response = match own {
        Ok(own) => {
            parts.extensions.insert(own);
            next(Request::from_parts(parts, body)).await
        }
        Err(Refused::Misdirected) if BY_ADDRESS.contains(&parts.uri.path()) => {
            next(Request::from_parts(parts, body)).await
        }
        Err(Refused::Malformed(why)) => Refusal::Malformed(why).into_response(),
        Err(Refused::Misdirected) => plain(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not go by that name.",
        ),
    };
    protect(response.headers_mut());
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

#[cfg(test)]
mod tests {
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
            .map(|own| own.as_str().to_owned())
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
}
