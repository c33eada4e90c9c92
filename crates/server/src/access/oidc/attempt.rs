//! Sign-in attempts.
//!
//! The server keeps no state of those that begin: the browser's cookie holds a random number and the time, with a MAC,
//! and all other values are derived from these with a key that all instances share. So thousands of attempts push out
//! nobody else's, and one that begins here may end at another instance. The store knows which ended.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use countermand_core_model::Timestamp;
use countermand_store::Store;
use countermand_transport::SharedTimer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::config::{OidcError, PATIENCE};

const RANDOM_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
const SEAL_BYTES: usize = 32;
/// A block of the hash.
const KEY_BYTES: usize = 64;

/// The name of the key in the store.
const KEY: &str = "sign_in_attempts";

/// An attempt that begins.
pub(super) struct Begun {
    /// The value of the browser's cookie.
    pub(super) token: String,
    pub(super) attempt: Attempt,
}

/// The values that the issuer must return.
pub(super) struct Attempt {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl Attempt {
    /// Returns the code challenge (PKCE, `S256`).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

pub(super) struct Attempts {
    timer: SharedTimer,
    store: Store,
    key: [u8; KEY_BYTES],
}

impl Attempts {
    /// # Errors
    /// When the system gives no random numbers, or the store has no key and takes none.
    pub(super) async fn new(timer: SharedTimer, store: Store) -> Result<Self, OidcError> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|_| OidcError::Random)?;
        let shared = store.server_key(KEY, &key).await?;
        if let Ok(shared) = shared.try_into() {
            key = shared;
        }
        Ok(Self { timer, store, key })
    }

    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn begin(&self) -> Result<Begun, getrandom::Error> {
        let mut bytes = [0; RANDOM_BYTES + TIME_BYTES];
        let (random, time) = bytes.split_at_mut(RANDOM_BYTES);
        getrandom::fill(random)?;
        time.copy_from_slice(&self.timer.now().as_millis().to_be_bytes());
        let mut token = bytes.to_vec();
        token.extend_from_slice(&self.derived("cookie", &bytes));
        Ok(Begun {
            token: URL_SAFE_NO_PAD.encode(token),
            attempt: self.attempt(&bytes),
        })
    }

    /// Ends the attempt of a browser's cookie and `state`.
    ///
    /// # Errors
    /// Says why there is none: an attempt ends once, and not late.
    pub(super) async fn end(
        &self,
        token: Option<&str>,
        state: Option<&str>,
    ) -> Result<Attempt, &'static str> {
        let token = token.ok_or("the browser has no cookie of a sign-in")?;
        let unsealed = self.unsealed(token);
        let bytes = unsealed.ok_or("the browser's cookie is not one of this server")?;
        let (random, time) = bytes.split_at(RANDOM_BYTES);
        let begun = time.try_into().map(i64::from_be_bytes);
        let begun = begun.map_err(|_| "the browser's cookie is not one of this server")?;
        let now = self.timer.now();
        if is_late(begun, now) {
            return Err("it began too long ago");
        }
        let attempt = self.attempt(&bytes);
        let is_its =
            state.is_some_and(|state| bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())));
        if !is_its {
            return Err("the state is another one");
        }
        // As long as the attempt could still come back, the store knows that it did.
        match self.store.end_attempt(random, now, 2 * PATIENCE).await {
            Ok(true) => Ok(attempt),
            Ok(false) => Err("it came back before"),
            Err(_) => Err("the store cannot be used, so whether it came back before is not known"),
        }
    }

    fn unsealed(&self, token: &str) -> Option<[u8; RANDOM_BYTES + TIME_BYTES]> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (bytes, seal) = token.split_at_checked(RANDOM_BYTES + TIME_BYTES)?;
        let bytes: [u8; RANDOM_BYTES + TIME_BYTES] = bytes.try_into().ok()?;
        let is_sealed = bool::from(self.derived("cookie", &bytes).ct_eq(seal));
        is_sealed.then_some(bytes)
    }

    fn attempt(&self, bytes: &[u8]) -> Attempt {
        let text = |what: &str| URL_SAFE_NO_PAD.encode(self.derived(what, bytes));
        Attempt {
            state: text("state"),
            nonce: text("nonce"),
            verifier: text("verifier"),
        }
    }

    /// Derives a value of an attempt, independent of those for other purposes.
    fn derived(&self, what: &str, bytes: &[u8]) -> [u8; SEAL_BYTES] {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(what.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

/// Returns whether an attempt that began at `begun` comes back too late. One from the future is as late as that: the
/// clock was set back.
fn is_late(begun: i64, now: Timestamp) -> bool {
    let age = now.as_millis().abs_diff(begun);
    Duration::from_millis(age) >= PATIENCE
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_store::StoreLocation;
    use countermand_transport::fake::FakeTimer;

    use super::*;

    /// Two instances with one store.
    struct Two {
        one: Attempts,
        other: Attempts,
        timer: FakeTimer,
        _folder: tempfile::TempDir,
    }

    async fn two() -> Two {
        let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = StoreLocation::File(folder.path().join("store.sqlite"));
        let store = Store::open(&file).await.unwrap();
        let attempts = || Attempts::new(Arc::new(timer.clone()), store.clone());
        Two {
            one: attempts().await.unwrap(),
            other: attempts().await.unwrap(),
            timer,
            _folder: folder,
        }
    }

    #[tokio::test]
    async fn it_comes_back_once_anywhere_with_its_own_state_and_not_late() {
        let two = two().await;
        let begun = two.one.begin().unwrap();
        let (token, state) = (begun.token.as_str(), begun.attempt.state.as_str());
        let other = two.one.begin().unwrap();
        assert_ne!(other.attempt.nonce, begun.attempt.nonce);
        for (token, wrong) in [
            (None, Some(state)),
            (Some(token), None),
            (Some(token), Some("")),
            (Some(token), Some(other.attempt.state.as_str())),
            (Some(other.token.as_str()), Some(state)),
            (Some("made-up"), Some(state)),
            (Some(&token[1..]), Some(state)),
        ] {
            assert!(two.one.end(token, wrong).await.is_err());
        }
        let came = two.other.end(Some(token), Some(state)).await.unwrap();
        assert_eq!(came.nonce, begun.attempt.nonce);
        assert_eq!(came.verifier, begun.attempt.verifier);
        for instance in [&two.one, &two.other] {
            assert!(
                instance.end(Some(token), Some(state)).await.is_err(),
                "once"
            );
        }
        two.timer.advance(PATIENCE);
        let late = (other.token.as_str(), other.attempt.state.as_str());
        assert!(
            two.one.end(Some(late.0), Some(late.1)).await.is_err(),
            "late"
        );
    }

    #[tokio::test]
    async fn nobody_pushes_out_an_attempt_of_somebody_elses() {
        let two = two().await;
        let mine = two.one.begin().unwrap();
        for _ in 0..200 {
            let other = two.one.begin().unwrap();
            let ended = two.one.end(Some(&other.token), Some(&other.attempt.state));
            assert!(ended.await.is_ok());
        }
        let ended = two.one.end(Some(&mine.token), Some(&mine.attempt.state));
        assert!(ended.await.is_ok());
    }

    #[tokio::test]
    async fn a_cookie_that_was_changed_anywhere_is_none() {
        let two = two().await;
        let begun = two.one.begin().unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&begun.token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            let ended = two.one.end(Some(&changed), Some(&begun.attempt.state));
            assert!(ended.await.is_err());
        }
        // The secrets of an attempt are not in what the browser is given.
        let attempt = begun.attempt;
        for secret in [&attempt.nonce, &attempt.state, &attempt.verifier] {
            assert!(!begun.token.contains(secret.as_str()));
        }
    }
}
