//! Links that open a session once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;

use super::digest::{Digest, random_token};
use crate::lock::lock;

/// The one link that is valid at a time. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct LaunchLinks {
    links: Arc<Mutex<Links>>,
    used: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Links {
    valid: Option<Digest>,
    /// Those that opened a session, the oldest first.
    used: VecDeque<Digest>,
}

/// More links that were used are not remembered.
const MOST_USED: usize = 100;

impl LaunchLinks {
    /// None is valid yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the token of the next link; the one before is not valid any more. It belongs behind
    /// `/launch?token=`, and is to be shown to whoever started the server, and to nobody else.
    ///
    /// # Errors
    /// When the system has no chance to give.
    pub fn mint(&self) -> Result<String, getrandom::Error> {
        let token = random_token()?;
        lock(&self.links).valid = Some(Digest::of(&token));
        Ok(token)
    }

    /// Returns when a link was used: then it is time for the next one.
    pub async fn used(&self) {
        self.used.notified().await;
    }

    /// Uses the link with this token up.
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

    /// Did the link with this token open a session?
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
