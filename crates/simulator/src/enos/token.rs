//! The valid tokens and the signatures that were seen.

use std::collections::HashSet;

use crate::fleet::identity::Identity;

#[derive(Clone, Debug)]
struct Token {
    value: String,
    expires_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    current: Option<Token>,
    /// The one before, taken for a little longer so that requests on their way do not fail.
    retired: Option<Token>,
    issued: u64,
    /// A signature covers token, timestamp and request. Those of the token before are kept as long
    /// as that token may be taken.
    seen: HashSet<u128>,
    seen_before: HashSet<u128>,
    /// The proofs of token requests. One holds for one request.
    seen_encryptions: HashSet<u128>,
}

/// A token and how many seconds it has left.
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) expire_s: i64,
}

impl Tokens {
    /// The same token again until it expires, then a new one.
    pub(crate) fn get(&mut self, identity: &Identity, now_ms: i64, ttl_s: u32) -> Issued {
        if let Some(token) = self
            .current
            .as_ref()
            .filter(|token| token.expires_ms > now_ms)
        {
            let expire_s = (token.expires_ms - now_ms).div_euclid(1_000).max(1);
            return Issued {
                token: token.value.clone(),
                expire_s,
            };
        }
        self.issue(identity, now_ms, ttl_s)
    }

    /// A new token for the one that is current; nothing if this one is not.
    pub(crate) fn refresh(
        &mut self,
        identity: &Identity,
        token: &str,
        now_ms: i64,
        ttl_s: u32,
        grace_s: u32,
    ) -> Option<Issued> {
        let current = self
            .current
            .take_if(|current| current.value == token && current.expires_ms > now_ms)?;
        let grace_ends_ms = now_ms + i64::from(grace_s) * 1_000;
        let issued = self.issue(identity, now_ms, ttl_s);
        self.retired = Some(Token {
            expires_ms: current.expires_ms.min(grace_ends_ms),
            ..current
        });
        Some(issued)
    }

    fn issue(&mut self, identity: &Identity, now_ms: i64, ttl_s: u32) -> Issued {
        self.issued += 1;
        let value = identity.access_token(self.issued);
        self.seen_before = std::mem::take(&mut self.seen);
        self.retired = None;
        let expires_ms = now_ms + i64::from(ttl_s) * 1_000;
        self.current = Some(Token {
            value: value.clone(),
            expires_ms,
        });
        Issued {
            token: value,
            expire_s: i64::from(ttl_s),
        }
    }

    pub(crate) fn is_good(&self, token: &str, now_ms: i64) -> bool {
        [&self.current, &self.retired]
            .into_iter()
            .flatten()
            .any(|known| known.value == token && known.expires_ms > now_ms)
    }

    /// Returns whether this valid signature is new; it is not the next time. Half of its bits identify it.
    pub(crate) fn is_new(&mut self, signature: &str) -> bool {
        half(signature)
            .is_some_and(|half| !self.seen_before.contains(&half) && self.seen.insert(half))
    }

    /// As [`is_new`](Self::is_new), of the proof of a token request.
    pub(crate) fn is_new_encryption(&mut self, encryption: &str) -> bool {
        half(encryption).is_some_and(|half| self.seen_encryptions.insert(half))
    }

    pub(crate) fn expire_all(&mut self) {
        self.current = None;
        self.retired = None;
    }
}

fn half(digits: &str) -> Option<u128> {
    u128::from_str_radix(digits.get(..32)?, 16).ok()
}
