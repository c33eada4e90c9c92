//! What the clones of a client share.

use std::sync::Arc;

use countermand_core_model::Organization;
use countermand_transport::{
    BaseUrl, BoxTransport, Budget, CallLimits, Limited, RateLimit, SharedTimer,
};

use crate::{provider::ProviderCalls, relayed::RelayStatus};

/// A connection: its provider, its transport, its clock.
pub(crate) struct Shared {
    pub(crate) calls: ProviderCalls,
    pub(crate) transport: BoxTransport,
    pub(crate) timer: SharedTimer,
    pub(crate) org: Organization,
    pub(crate) base: BaseUrl,
    pub(crate) rate: Option<RateLimit>,
    /// What [`Self::rate`] is kept with, unless the transport keeps to it by itself.
    pub(crate) budget: Option<Arc<Budget>>,
    pub(crate) relay: RelayStatus,
}

impl Shared {
    /// Returns the provider's calls with these limits.
    pub(crate) fn limited(&self, limits: CallLimits) -> ProviderCalls {
        let limited = Limited::new(self.transport.clone(), limits);
        self.calls.over(BoxTransport::new(limited))
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("org", &self.org)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
