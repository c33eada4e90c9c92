//! Links that open a session once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::digest::{Digest, random_token};

/// The one link that is valid at a time. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct LaunchLinks {
    valid: Arc<Mutex<Option<Digest>>>,
    used: Arc<Notify>,
}

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
        *self.valid.lock().unwrap_or_else(PoisonError::into_inner) = Some(Digest::of(&token));
        Ok(token)
    }

    /// Returns when a link was used: then it is time for the next one.
    pub async fn used(&self) {
        self.used.notified().await;
    }

    /// Uses the link with this token up.
    pub(crate) fn redeem(&self, token: &str) -> bool {
        let presented = Digest::of(token);
        let mut valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = valid.as_ref().is_some_and(|valid| valid.is(&presented));
        if is_it {
            *valid = None;
            self.used.notify_one();
        }
        is_it
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
    }
}
