//! Who sends a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};

use super::Inner;
use crate::access::{SignIn, User, owner};

impl Inner {
    /// Who sends this request; none where that is nobody who is signed in.
    pub(super) fn user(&self, parts: &Parts) -> Option<User> {
        match &self.sign_in {
            SignIn::Proxy(proxy) => proxy.user(peer(parts), &parts.headers),
            SignIn::Tokens(tokens) => {
                let by_token = bearer(&parts.headers).and_then(|token| owner(tokens, token));
                by_token.or_else(|| self.by_session(&parts.headers))
            }
            SignIn::Launch(_) | SignIn::Oidc(_) => self.by_session(&parts.headers),
        }
    }

    fn by_session(&self, headers: &HeaderMap) -> Option<User> {
        self.sessions.user(self.cookies.session(headers)?)
    }
}

/// Who connects. Without an address it is nobody that any rule names.
fn peer(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
        peer.ip()
    })
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}
