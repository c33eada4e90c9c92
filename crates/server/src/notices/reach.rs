//! Which addresses a destination may have.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use countermand_core_model::InvalidValue;
use countermand_transport::AddressRule;
use ipnet::IpNet;
use url::Host;

use crate::addresses;

/// A destination's addresses: public ones, where what is sent is encrypted, and the private ones that are allowed by
/// name.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    allowed: Vec<IpNet>,
    is_encrypted: bool,
}

impl Reach {
    pub(super) fn new(allowed: Vec<IpNet>, is_encrypted: bool) -> Self {
        Self {
            allowed,
            is_encrypted,
        }
    }

    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_named = self.allowed.iter().any(|net| net.contains(&address));
        match addresses::is_public(address) {
            true => self.is_encrypted,
            false => is_named,
        }
    }

    /// Checks what is known of a host before its name is resolved.
    pub(super) fn check(
        &self,
        field: &'static str,
        host: &Host<String>,
    ) -> Result<(), InvalidValue> {
        let (one, other) = match host {
            Host::Ipv4(address) => (IpAddr::V4(*address), None),
            Host::Ipv6(address) => (IpAddr::V6(*address), None),
            Host::Domain(name) if is_this_machine(name) => (
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                Some(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            ),
            Host::Domain(name) if !self.is_encrypted && self.allowed.is_empty() => {
                let rule = "must be encrypted (https, smtps, or smtp with STARTTLS), unless addresses allows a private network that it leads to";
                return Err(InvalidValue::new(field, rule, name));
            }
            Host::Domain(_) => return Ok(()),
        };
        if self.allows(one) || other.is_some_and(|other| self.allows(other)) {
            return Ok(());
        }
        let rule = match addresses::is_public(one) {
            true => "must be encrypted (https, smtps, or smtp with STARTTLS)",
            false => {
                "must not lead to a private, local or reserved address that addresses does not allow"
            }
        };
        Err(InvalidValue::new(field, rule, &host.to_string()))
    }

    /// Returns the rule for whoever resolves the name.
    pub(super) fn rule(&self) -> AddressRule {
        let reach = self.clone();
        AddressRule::new(move |address| reach.allows(address))
    }

    /// Resolves a name, and returns the addresses that it may have.
    ///
    /// # Errors
    /// When it has none: [`io::ErrorKind::PermissionDenied`] where it has others.
    pub(super) async fn resolve(
        &self,
        host: &Host<String>,
        port: u16,
    ) -> io::Result<Vec<SocketAddr>> {
        let found: Vec<SocketAddr> = match host {
            Host::Ipv4(address) => vec![(*address, port).into()],
            Host::Ipv6(address) => vec![(*address, port).into()],
            Host::Domain(name) => tokio::net::lookup_host((name.as_str(), port))
                .await?
                .collect(),
        };
        let allowed = found.iter().filter(|addr| self.allows(addr.ip()));
        let allowed: Vec<SocketAddr> = allowed.copied().collect();
        match allowed.is_empty() {
            true => Err(io::ErrorKind::PermissionDenied.into()),
            false => Ok(allowed),
        }
    }
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(is_encrypted: bool, allowed: &[&str]) -> Reach {
        let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
        Reach::new(allowed, is_encrypted)
    }

    fn refused(reach: &Reach, host: &str) -> Option<String> {
        let host = Host::parse(host).unwrap();
        let error = reach.check("url", &host).err()?;
        assert_eq!(error.field(), "url");
        Some(error.value().to_owned())
    }

    #[test]
    fn private_addresses_only_where_they_are_allowed() {
        let public = reach(true, &[]);
        for (host, shown) in [
            ("169.254.169.254", "169.254.169.254"),
            ("0xA9FEA9FE", "169.254.169.254"),
            ("2852039166", "169.254.169.254"),
            ("127.1", "127.0.0.1"),
            ("[::ffff:10.0.0.1]", "[::ffff:a00:1]"),
            ("localhost", "localhost"),
            ("Hooks.Localhost.", "hooks.localhost."),
        ] {
            assert_eq!(refused(&public, host).as_deref(), Some(shown), "{host}");
        }
        assert_eq!(refused(&public, "93.184.216.34"), None);
        assert_eq!(refused(&public, "hooks.example"), None);
        let private = reach(true, &["10.0.0.0/8", "127.0.0.0/8"]);
        for host in ["10.1.2.3", "[::ffff:10.0.0.1]", "localhost"] {
            assert_eq!(refused(&private, host), None, "{host}");
        }
        assert!(refused(&private, "169.254.169.254").is_some());
    }

    #[test]
    fn nothing_goes_unencrypted_but_to_private_addresses_that_are_allowed() {
        assert!(refused(&reach(false, &[]), "hooks.example").is_some());
        let private = reach(false, &["10.0.0.0/8"]);
        assert_eq!(
            refused(&private, "hooks.example"),
            None,
            "if it leads there"
        );
        assert_eq!(refused(&private, "10.1.2.3"), None);
        let everything = reach(false, &["0.0.0.0/0"]);
        assert!(refused(&everything, "93.184.216.34").is_some());
        assert_eq!(refused(&everything, "10.1.2.3"), None);
    }

    #[tokio::test]
    async fn a_name_is_checked_where_it_is_resolved() {
        let name = Host::parse("localhost").unwrap();
        let refused = reach(true, &[]).resolve(&name, 25).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        let allowed = reach(false, &["127.0.0.0/8"]).resolve(&name, 25).await;
        assert!(
            allowed
                .unwrap()
                .iter()
                .all(|addr| addr.ip().is_loopback() && addr.port() == 25)
        );
    }
}
