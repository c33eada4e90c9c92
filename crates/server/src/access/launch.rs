//! One-time links that open a session.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;

use super::digest::{Digest, random_token};
use crate::lock::lock;

/// The link that is valid now. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct LaunchLinks {
    links: Arc<Mutex<Links>>,
    used: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Links {
    valid: Option<Digest>,
    /// The links that opened a session, the oldest first.
    used: VecDeque<Digest>,
}

/// How many used links are remembered.
const MOST_USED: usize = 100;

impl LaunchLinks {
    /// Returns a value without a valid link.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the token of a new link, `/launch?token=TOKEN`, and makes the one before invalid. Show it only to whoever
    /// started the server.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn mint(&self) -> Result<String, getrandom::Error> {
        let token = random_token()?;
        lock(&self.links).valid = Some(Digest::of(&token));
        Ok(token)
    }

    /// Waits until a link is used, and the next one is needed.
    pub async fn used(&self) {
        self.used.notified().await;
    }

    /// Uses up the link with this token. Returns `false` where it is not valid.
    pub(crate) fn redeem(&self, token: &str) -> bool {
        let presented = Digest::of(token);
        let mut links = lock(&self.links);
        let Some(valid) = links.valid.take_if(|valid| valid.is(&presented)) else {
            return false;
        };
        if links.used.len() >= MOST_USED {
            links.used.pop_front();
        }
        links.used.push_back(valid);
        self.used.notify_one();
        true
    }

    /// Returns whether the link with this token opened a session.
    pub(crate) fn was_used(&self, token: &str) -> bool {
        let presented = Digest::of(token);
        lock(&self.links)
            .used
            .iter()
            .any(|used| used.is(&presented))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_once() {
        let links = LaunchLinks::new();
        assert!(!links.redeem(""));
        let first = links.mint().unwrap();
        let second = links.mint().unwrap();
        assert!(!links.redeem(&first), "a newer one was made");
        assert!(!links.redeem("x"));
        assert!(links.redeem(&second));
        assert!(!links.redeem(&second), "it was used");
        assert!(links.was_used(&second));
        assert!(!links.was_used(&first) && !links.was_used(""));
    }
}
