//! The proxy of the environment or the system.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::{BaseUrl, base_url::is_loopback};

/// A proxy by way of which a host is reached. Its password is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemProxy {
    /// `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`.
    pub scheme: String,
    /// The proxy's host, an IPv6 address in brackets.
    pub host: String,
    /// The proxy's port.
    pub port: u16,
    /// Whether a user is named to the proxy.
    pub has_user: bool,
}

impl SystemProxy {
    /// Returns the proxy that the native backends use for this host: from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
    /// `NO_PROXY`, or the system's settings. A loopback host is reached directly.
    pub fn of(base: &BaseUrl) -> Option<Self> {
        let uri: Uri = base.as_str().parse().ok()?;
        if uri.host().is_none_or(is_loopback) {
            return None;
        }
        let proxy = Matcher::from_system().intercept(&uri)?;
        let scheme = proxy.uri().scheme_str()?.to_owned();
        let port = proxy.uri().port_u16();
        Some(Self {
            port: port.unwrap_or(match scheme.as_str() {
                "http" => 80,
                "https" => 443,
                _ => 1080,
            }),
            host: proxy.uri().host()?.to_owned(),
            scheme,
            has_user: proxy.basic_auth().is_some() || proxy.raw_auth().is_some(),
        })
    }
}
