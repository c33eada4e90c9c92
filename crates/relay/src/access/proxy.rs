//! A reverse proxy that says who somebody is.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::{PersonName, User};

/// Which proxy is believed, and in which header it says who somebody is.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// The header with the name.
    pub header: HeaderName,
    /// The header with the groups, parted by commas, where there is one.
    pub groups_header: Option<HeaderName>,
    /// Where the proxy connects from. Whoever connects from elsewhere is nobody, whatever it says.
    pub from: Vec<IpNet>,
}

impl ProxyConfig {
    /// Who a request from `peer` is.
    pub(crate) fn user(&self, peer: IpAddr, headers: &HeaderMap) -> Option<User> {
        // An IPv4 peer of a socket for both is written as an IPv6 address.
        let peer = peer.to_canonical();
        if !self.from.iter().any(|net| net.contains(&peer)) {
            return None;
        }
        let name = only(headers, &self.header)?;
        let groups = self
            .groups_header
            .as_ref()
            .and_then(|header| only(headers, header))
            .unwrap_or_default();
        Some(User {
            name: PersonName::parse(name).ok()?,
            groups: groups
                .split(',')
                .map(str::trim)
                .filter(|group| !group.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }
}

/// The value of a header that comes once. Two mean that the proxy let through what a client had set.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    // A proxy that knows names in UTF-8 sends them so.
    let value = std::str::from_utf8(values.next()?.as_bytes()).ok()?.trim();
    (values.next().is_none() && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn config() -> ProxyConfig {
        ProxyConfig {
            header: HeaderName::from_static("x-user"),
            groups_header: Some(HeaderName::from_static("x-groups")),
            from: vec!["10.0.0.0/8".parse().unwrap()],
        }
    }

    fn user(peer: &str, headers: &[(&'static str, &'static str)]) -> Option<User> {
        let headers = headers.iter().map(|(name, value)| {
            let (name, value) = (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
            (name, value)
        });
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| {
            map.append(name, value);
        });
        config().user(peer.parse().unwrap(), &map)
    }

    #[test]
    fn the_proxy_is_believed_and_nobody_else() {
        let headers = [("x-user", "alice"), ("x-groups", "ops, ,dev")];
        let alice = User {
            name: PersonName::parse("alice").unwrap(),
            groups: vec!["ops".to_owned(), "dev".to_owned()],
        };
        assert_eq!(user("10.1.2.3", &headers), Some(alice.clone()));
        let shouted = [("x-user", "ALICE"), headers[1]];
        assert_eq!(user("10.1.2.3", &shouted), Some(alice.clone()));
        assert_eq!(user("::ffff:10.1.2.3", &headers), Some(alice));
        assert_eq!(user("127.0.0.1", &headers), None);
        assert_eq!(user("10.1.2.3", &[]), None);
        assert_eq!(user("10.1.2.3", &[("x-user", " ")]), None);
        assert_eq!(
            user("10.1.2.3", &[("x-user", "mallory"), ("x-user", "alice")]),
            None
        );
    }
}
