//! Which addresses the server connects to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Returns the rule: public addresses, and private ones that were configured; loopback only for a host that is written
/// as loopback. Otherwise whoever controls the DNS name could send a key to a neighbour, or to the metadata service of a
/// cloud.
pub(crate) fn rule(
    host_is_loopback: bool,
    named: Vec<IpNet>,
) -> impl Fn(IpAddr) -> bool + Send + Sync + 'static {
    move |address| {
        let address = address.to_canonical();
        named.iter().any(|net| net.contains(&address))
            || match host_is_loopback {
                true => address.is_loopback(),
                false => is_public(address),
            }
    }
}

/// Returns whether everybody may own the address: it is not private, of this machine, of a neighbour, or reserved.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        // Shared by carriers; protocol assignments; benchmarks; reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // An IPv4 address that is written within: NAT64, 6to4.
    let [.., high, low] = segments;
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(v4(high, low)),
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Teredo and other assignments, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        // Everything that is routed begins with the bits 001.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(host_is_loopback: bool, named: &[&str], address: &str) -> bool {
        let named = named.iter().map(|net| net.parse().unwrap()).collect();
        rule(host_is_loopback, named)(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_and_no_others() {
        for address in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "2002:101:101::1",
        ] {
            assert!(allows(false, &[], address), "{address}");
        }
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!allows(false, &[], address), "{address}");
        }
    }

    #[test]
    fn private_ones_where_they_were_named() {
        assert!(allows(false, &["10.1.0.0/16"], "10.1.2.3"));
        assert!(allows(false, &["10.1.0.0/16"], "::ffff:10.1.2.3"));
        assert!(!allows(false, &["10.1.0.0/16"], "10.2.2.3"));
        assert!(allows(true, &[], "127.0.0.1"));
        assert!(allows(true, &[], "::1"));
        assert!(
            !allows(true, &[], "1.1.1.1"),
            "this machine is not elsewhere"
        );
    }
}
