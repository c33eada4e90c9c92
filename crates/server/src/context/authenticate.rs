//! Authentication of requests.

use http::{HeaderMap, request::Parts};

use super::RelayContext;
use crate::access::{SignIn, Unauthenticated, User, bearer, owner, peer};

impl RelayContext {
    /// Returns who sends a request.
    pub(crate) fn user(&self, parts: &Parts) -> Option<User> {
        self.authenticate(parts).ok()
    }

    /// Returns who sends a request, or why that is nobody.
    pub(crate) fn authenticate(&self, parts: &Parts) -> Result<User, Unauthenticated> {
        match &self.policy.now().sign_in {
            SignIn::Proxy(proxy) => proxy.user(peer(parts), &parts.headers),
            SignIn::Tokens(tokens) => {
                let presented = bearer(&parts.headers);
                let by_token = presented.and_then(|token| owner(tokens, token));
                let user = by_token.or_else(|| self.by_session(&parts.headers));
                user.ok_or(match presented {
                    Some(_) => Unauthenticated::Failed("unknown_token"),
                    None => Unauthenticated::Anonymous,
                })
            }
            SignIn::Launch(_) | SignIn::Oidc(_) => self
                .by_session(&parts.headers)
                .ok_or(Unauthenticated::Anonymous),
        }
    }

    fn by_session(&self, headers: &HeaderMap) -> Option<User> {
        let token = self.cookies.session(headers)?;
        self.sessions.user_by(token, &self.policy.now())
    }
}
