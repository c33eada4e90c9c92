//! Who sends a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};

use super::Inner;
use crate::access::{Nobody, SignIn, User, owner};

impl Inner {
    /// Who sends this request; none where that is nobody who is signed in.
    pub(super) fn user(&self, parts: &Parts) -> Option<User> {
        self.authenticate(parts).ok()
    }

    /// Who sends this request, or why that is nobody.
    pub(super) fn authenticate(&self, parts: &Parts) -> Result<User, Nobody> {
        match &self.policy.now().sign_in {
            SignIn::Proxy(proxy) => proxy.user(peer(parts), &parts.headers),
            SignIn::Tokens(tokens) => {
                let presented = bearer(&parts.headers);
                let by_token = presented.and_then(|token| owner(tokens, token));
                let user = by_token.or_else(|| self.by_session(&parts.headers));
                user.ok_or(match presented {
                    Some(_) => Nobody::Failed("unknown_token"),
                    None => Nobody::SaysNothing,
                })
            }
            SignIn::Launch(_) | SignIn::Oidc(_) => {
                self.by_session(&parts.headers).ok_or(Nobody::SaysNothing)
            }
        }
    }

    fn by_session(&self, headers: &HeaderMap) -> Option<User> {
        let token = self.cookies.session(headers)?;
        self.sessions.user_by(token, &self.policy.now())
    }
}

/// Who connects. Without an address it is nobody that any rule names.
pub(super) fn peer(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
        peer.ip()
    })
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}
