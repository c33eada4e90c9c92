//! The hosts that the page may connect to.

use std::collections::BTreeSet;

use countermand_server::Origin;
use countermand_transport::BaseUrl;

/// The origins that the page's policy allows.
#[derive(Debug, Default)]
pub(super) struct AllowedHosts(BTreeSet<Origin>);

impl AllowedHosts {
    /// Allows these origins.
    pub(super) fn of(origins: &[Origin]) -> Self {
        Self(origins.iter().cloned().collect())
    }

    /// Allows the origin of a base URL. An invalid URL is ignored here: it is reported where it is used.
    pub(super) fn allow(&mut self, base_url: &str) {
        let origin = BaseUrl::parse_allowing_http(base_url)
            .ok()
            .and_then(|url| url.origin().parse().ok());
        self.0.extend(origin);
    }

    /// Returns the origins, sorted.
    pub(super) fn into_origins(self) -> Vec<Origin> {
        self.0.into_iter().collect()
    }
}
