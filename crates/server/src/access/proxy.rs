//! Sign-in by a reverse proxy, which names the person in a header.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;

use super::{person::PersonName, role::User};

/// The trusted proxy, and its headers.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// The header with the name.
    pub header: HeaderName,
    /// The header with the groups, separated by commas.
    pub groups_header: Option<HeaderName>,
    /// The networks that the proxy connects from. From elsewhere the header is ignored.
    pub from: Vec<IpNet>,
}

/// Private networks, which are accepted however wide they are.
const PRIVATE: [&str; 2] = ["fc00::/7", "fe80::/10"];

impl ProxyConfig {
    /// Returns a network that is so wide that strangers may be in it, and could use any name.
    pub fn too_wide(&self) -> Option<&IpNet> {
        self.from.iter().find(|net| is_too_wide(net))
    }
}

fn is_too_wide(net: &IpNet) -> bool {
    let is_private = || {
        PRIVATE
            .iter()
            .filter_map(|private| private.parse::<IpNet>().ok())
            .any(|private| private.contains(net))
    };
    match net {
        IpNet::V4(net) => net.prefix_len() < 8,
        IpNet::V6(v6) => v6.prefix_len() < 32 && !is_private(),
    }
}

/// Why a request is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unauthenticated {
    /// It presents nothing, or its session has ended.
    Anonymous,
    /// What it presents is not accepted: the kind of failure.
    Failed(&'static str),
    /// What it presents was not compared, because too many sign-ins failed, and will not be for so long.
    Limited(Duration),
    /// The store cannot be read, so whether its session has ended is not known.
    NotKnown,
}

impl ProxyConfig {
    /// Returns who sends a request from `peer`.
    pub(crate) fn user(&self, peer: IpAddr, headers: &HeaderMap) -> Result<User, Unauthenticated> {
        // An IPv4 peer of a socket for both is written as an IPv6 address.
        let peer = peer.to_canonical();
        if !self.from.iter().any(|net| net.contains(&peer)) {
            return Err(match headers.contains_key(&self.header) {
                true => Unauthenticated::Failed("foreign_peer"),
                false => Unauthenticated::Anonymous,
            });
        }
        if headers.get_all(&self.header).iter().count() > 1 {
            return Err(Unauthenticated::Failed("two_names"));
        }
        let is_unreadable = |value: &HeaderValue| std::str::from_utf8(value.as_bytes()).is_err();
        if headers.get(&self.header).is_some_and(is_unreadable) {
            return Err(Unauthenticated::Failed("invalid_name"));
        }
        let name = only(headers, &self.header).ok_or(Unauthenticated::Anonymous)?;
        let groups = self
            .groups_header
            .as_ref()
            .and_then(|header| only(headers, header))
            .unwrap_or_default();
        Ok(User {
            name: PersonName::parse(name).map_err(|_| Unauthenticated::Failed("invalid_name"))?,
            groups: groups
                .split(',')
                .map(str::trim)
                .filter(|group| !group.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }
}

/// Returns the address of the peer. Without one it is an address that no rule names.
pub(crate) fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
        peer.ip()
    })
}

/// Returns the value of a header that comes once. Two mean that the proxy passed on what a client had set.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    // A proxy that knows names in UTF-8 sends them so.
    let value = std::str::from_utf8(values.next()?.as_bytes()).ok()?.trim();
    (values.next().is_none() && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ProxyConfig {
        ProxyConfig {
            header: HeaderName::from_static("x-user"),
            groups_header: Some(HeaderName::from_static("x-groups")),
            from: vec!["10.0.0.0/8".parse().unwrap()],
        }
    }

    fn user(peer: &str, headers: &[(&'static str, &'static str)]) -> Result<User, Unauthenticated> {
        let headers = headers.iter().map(|(name, value)| {
            let (name, value) = (
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
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
    fn a_name_in_no_known_form_is_nobodys_and_that_is_told() {
        let mut headers = HeaderMap::new();
        headers.insert("x-user", HeaderValue::from_bytes(b"jos\xe9").unwrap());
        let nobody = config().user("10.1.2.3".parse().unwrap(), &headers);
        assert_eq!(nobody, Err(Unauthenticated::Failed("invalid_name")));
        headers.insert(
            "x-user",
            HeaderValue::from_bytes("jos\u{e9}".as_bytes()).unwrap(),
        );
        let user = config().user("10.1.2.3".parse().unwrap(), &headers);
        assert_eq!(
            user.map(|user| user.name.to_string()),
            Ok("jos\u{e9}".to_owned())
        );
    }

    #[test]
    fn a_network_of_everybody_is_too_wide() {
        let too_wide = |net: &str| is_too_wide(&net.parse().unwrap());
        for net in [
            "0.0.0.0/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "8.0.0.0/7",
            "::/0",
            "2000::/3",
            "2000::/16",
            "::/1",
        ] {
            assert!(too_wide(net), "{net}");
        }
        for net in [
            "10.0.0.0/8",
            "127.0.0.1/32",
            "fc00::/7",
            "fd12:3456::/32",
            "::1/128",
            "fe80::/10",
            "2001:db8::/32",
        ] {
            assert!(!too_wide(net), "{net}");
        }
    }

    #[test]
    fn the_proxy_is_believed_and_nobody_else() {
        let headers = [("x-user", "alice"), ("x-groups", "ops, ,dev")];
        let alice = User {
            name: PersonName::parse("alice").unwrap(),
            groups: vec!["ops".to_owned(), "dev".to_owned()],
        };
        assert_eq!(user("10.1.2.3", &headers), Ok(alice.clone()));
        let shouted = [("x-user", "ALICE"), headers[1]];
        assert_eq!(user("10.1.2.3", &shouted), Ok(alice.clone()));
        assert_eq!(user("::ffff:10.1.2.3", &headers), Ok(alice));
        assert_eq!(
            user("127.0.0.1", &headers),
            Err(Unauthenticated::Failed("foreign_peer"))
        );
        assert_eq!(user("127.0.0.1", &[]), Err(Unauthenticated::Anonymous));
        assert_eq!(
            user("10.1.2.3", &[("x-user", "al\u{ad}ice")]),
            Err(Unauthenticated::Failed("invalid_name"))
        );
        assert_eq!(user("10.1.2.3", &[]), Err(Unauthenticated::Anonymous));
        assert_eq!(
            user("10.1.2.3", &[("x-user", " ")]),
            Err(Unauthenticated::Anonymous)
        );
        assert_eq!(
            user("10.1.2.3", &[("x-user", "mallory"), ("x-user", "alice")]),
            Err(Unauthenticated::Failed("two_names"))
        );
    }
}
