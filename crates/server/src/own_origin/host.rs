//! Names of this machine. A page of another site can make its own name resolve to here (DNS rebinding), but cannot make
//! the browser send another name than its own.

use std::net::IpAddr;

use http::uri::Authority;

/// Returns whether `authority` names this machine, with any port: it may be forwarded.
pub(crate) fn is_this_machine(authority: &Authority, listen: IpAddr) -> bool {
    if authority.as_str().contains('@') {
        return false;
    }
    let host = authority.host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip == listen,
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn local(host: &str) -> bool {
        host.parse()
            .is_ok_and(|authority| is_this_machine(&authority, IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }

    #[test]
    fn this_machine_by_its_names() {
        for host in [
            "localhost",
            "localhost:8080",
            "LOCALHOST:1",
            "127.0.0.1:8080",
            "127.8.8.8",
            "[::1]:8080",
        ] {
            assert!(local(host), "{host}");
        }
    }

    #[test]
    fn nobody_else() {
        for host in [
            "",
            "attacker.example",
            "attacker.example:8080",
            "localhost.attacker.example",
            "127.0.0.1.attacker.example",
            "me@localhost",
            "169.254.169.254",
            "[::ffff:10.0.0.1]",
            "0.0.0.0",
        ] {
            assert!(!local(host), "{host}");
        }
    }
}
