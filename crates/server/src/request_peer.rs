//! From where the request came that is being answered.

use std::{future::Future, net::IpAddr};

tokio::task_local! {
    /// Known to all that is done for a request, so that every line of the audit that it leads to can say it.
    static PEER: Option<IpAddr>;
}

/// Returns the address that the request under way came from, where one is under way.
pub(crate) fn current() -> Option<IpAddr> {
    PEER.try_with(|peer| *peer).ok().flatten()
}

/// Does `work` for a request that came from `peer`.
pub(crate) fn within<F: Future>(
    peer: Option<IpAddr>,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    PEER.scope(peer, work)
}
