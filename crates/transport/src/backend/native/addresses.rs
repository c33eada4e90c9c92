//! The rule for the addresses of a name.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    vec,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A rule for the addresses that names may resolve to: a refused address is never connected to. A host that is
/// an address is not resolved, and so not checked.
#[derive(Clone)]
pub struct AddressRule(Arc<dyn Fn(IpAddr) -> bool + Send + Sync>);

impl AddressRule {
    /// A rule that allows an address where `allows` returns true.
    pub fn new(allows: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(allows))
    }
}

impl fmt::Debug for AddressRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressRule")
    }
}

impl AddressRule {
    /// Resolves a name to the addresses that it may lead to.
    pub(super) async fn addresses(self, name: &str) -> io::Result<vec::IntoIter<SocketAddr>> {
        let Self(allows) = self;
        let found = tokio::net::lookup_host((name, 0)).await?;
        // Checked where they are used: a second resolution could differ.
        let allowed: Vec<_> = found.filter(|addr| allows(addr.ip())).collect();
        if allowed.is_empty() {
            let why = "the host's name leads to no address that it may lead to";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(allowed.into_iter())
    }
}

impl Resolve for AddressRule {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.clone();
        Box::pin(async move { Ok(Box::new(rule.addresses(name.as_str()).await?) as Addrs) })
    }
}
