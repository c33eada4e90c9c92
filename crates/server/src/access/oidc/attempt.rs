//! Sign-in attempts.
//!
//! The server keeps no state of them: the browser's cookie holds a random number and the time, with a MAC, and all other
//! values are derived from these with a key of this process. So thousands of attempts push out nobody else's.

use std::{
    collections::{HashSet, VecDeque},
    sync::Mutex,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use countermand_transport::SharedTimer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::config::PATIENCE;
use crate::lock::lock;

const RANDOM_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
const SEAL_BYTES: usize = 32;
/// A block of the hash.
const KEY_BYTES: usize = 64;

/// How many ended attempts are remembered. For older ones only the issuer knows that the code was used.
const MOST_USED: usize = 10_000;

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
    key: [u8; KEY_BYTES],
    used: Mutex<Used>,
}

/// Ended attempts, and when they began.
#[derive(Default)]
struct Used {
    known: HashSet<[u8; RANDOM_BYTES]>,
    order: VecDeque<([u8; RANDOM_BYTES], Duration)>,
}

impl Attempts {
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn new(timer: SharedTimer) -> Result<Self, getrandom::Error> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key)?;
        Ok(Self {
            timer,
            key,
            used: Mutex::default(),
        })
    }

    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn begin(&self) -> Result<Begun, getrandom::Error> {
        let mut bytes = [0; RANDOM_BYTES + TIME_BYTES];
        let (random, time) = bytes.split_at_mut(RANDOM_BYTES);
        getrandom::fill(random)?;
        time.copy_from_slice(&self.timer.monotonic().as_secs().to_be_bytes());
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
    pub(super) fn end(
        &self,
        token: Option<&str>,
        state: Option<&str>,
    ) -> Result<Attempt, &'static str> {
        let token = token.ok_or("the browser has no cookie of a sign-in")?;
        let unsealed = self.unsealed(token);
        let bytes = unsealed.ok_or("the browser's cookie is not one of this process")?;
        let (random, time) = bytes.split_at(RANDOM_BYTES);
        let begun = time.try_into().map(u64::from_be_bytes);
        let random = <[u8; RANDOM_BYTES]>::try_from(random);
        let (Ok(begun), Ok(random)) = (begun, random) else {
            return Err("the browser's cookie is not one of this process");
        };
        let now = self.timer.monotonic();
        let begun = Duration::from_secs(begun);
        if now.saturating_sub(begun) >= PATIENCE {
            return Err("it began too long ago");
        }
        let attempt = self.attempt(&bytes);
        let is_its =
            state.is_some_and(|state| bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())));
        if !is_its {
            return Err("the state is another one");
        }
        match self.is_first(random, begun, now) {
            true => Ok(attempt),
            false => Err("it came back before"),
        }
    }

    fn is_first(&self, random: [u8; RANDOM_BYTES], begun: Duration, now: Duration) -> bool {
        let mut used = lock(&self.used);
        let used = &mut *used;
        while let Some((oldest, begun)) = used.order.front()
            && (used.known.len() >= MOST_USED || now.saturating_sub(*begun) >= PATIENCE)
        {
            used.known.remove(oldest);
            used.order.pop_front();
        }
        let is_first = used.known.insert(random);
        if is_first {
            used.order.push_back((random, begun));
        }
        is_first
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_core_model::Timestamp;
    use countermand_transport::fake::FakeTimer;

    use super::*;

    fn attempts() -> (Attempts, FakeTimer) {
        let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
        (Attempts::new(Arc::new(timer.clone())).unwrap(), timer)
    }

    #[test]
    fn it_comes_back_once_with_its_own_state_and_not_late() {
        let (attempts, timer) = attempts();
        let begun = attempts.begin().unwrap();
        let (token, state) = (begun.token.as_str(), begun.attempt.state.as_str());
        let other = attempts.begin().unwrap();
        assert_ne!(other.attempt.nonce, begun.attempt.nonce);
        let end = |token, state| attempts.end(token, state).is_ok();
        for (token, wrong) in [
            (None, Some(state)),
            (Some(token), None),
            (Some(token), Some("")),
            (Some(token), Some(other.attempt.state.as_str())),
            (Some(other.token.as_str()), Some(state)),
            (Some("made-up"), Some(state)),
            (Some(&token[1..]), Some(state)),
        ] {
            assert!(!end(token, wrong));
        }
        let came = attempts.end(Some(token), Some(state)).unwrap();
        assert_eq!(came.nonce, begun.attempt.nonce);
        assert_eq!(came.verifier, begun.attempt.verifier);
        assert!(!end(Some(token), Some(state)), "once");
        timer.advance(PATIENCE);
        let late = (other.token.as_str(), other.attempt.state.as_str());
        assert!(!end(Some(late.0), Some(late.1)), "late");
    }

    #[test]
    fn nobody_pushes_out_an_attempt_of_somebody_elses() {
        let (attempts, _) = attempts();
        let mine = attempts.begin().unwrap();
        for _ in 0..2 * MOST_USED {
            let other = attempts.begin().unwrap();
            assert!(
                attempts
                    .end(Some(&other.token), Some(&other.attempt.state))
                    .is_ok()
            );
        }
        assert!(
            attempts
                .end(Some(&mine.token), Some(&mine.attempt.state))
                .is_ok()
        );
    }

    #[test]
    fn a_cookie_that_was_changed_anywhere_is_none() {
        let (attempts, _) = attempts();
        let begun = attempts.begin().unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&begun.token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert!(
                attempts
                    .end(Some(&changed), Some(&begun.attempt.state))
                    .is_err()
            );
        }
        // The secrets of an attempt are not in what the browser is given.
        let attempt = begun.attempt;
        for secret in [&attempt.nonce, &attempt.state, &attempt.verifier] {
            assert!(!begun.token.contains(secret.as_str()));
        }
    }
}
