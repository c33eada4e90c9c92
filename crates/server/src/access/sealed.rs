//! Secrets that the store keeps for a session, and cannot read: they are sealed with a key that is derived from the
//! session's token. The browser alone has that; the store has its hash.

use countermand_core_model::{ExposeSecret, Secret};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};

/// Keeps the key apart from whatever else may be derived from the token.
const PURPOSE: &[u8] = b"countermand: refresh token of a session";

/// Seals a secret for the session with this token: a random nonce, the ciphertext, and the tag. `None` where the system
/// gives no random numbers.
pub(super) fn seal(session_token: &str, secret: &Secret) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).ok()?;
    // Exposed to be encrypted.
    let mut text = secret.expose_secret().as_bytes().to_vec();
    key(session_token)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .ok()?;
    Some([nonce.as_slice(), &text].concat())
}

/// Opens what [`seal`] sealed for the session with this token. `None` where it is of another one, or was changed.
pub(super) fn open(session_token: &str, sealed: &[u8]) -> Option<Secret> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let opened = key(session_token)?
        .open_in_place(nonce, Aad::empty(), &mut text)
        .ok()?;
    std::str::from_utf8(opened).ok().map(Secret::from)
}

fn key(session_token: &str) -> Option<LessSafeKey> {
    let secret = Salt::new(HKDF_SHA256, &[]).extract(session_token.as_bytes());
    let key = secret.expand(&[PURPOSE], &CHACHA20_POLY1305).ok()?;
    Some(LessSafeKey::new(UnboundKey::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_session_s_own_token_opens_it_and_only_as_it_was() {
        let secret = Secret::from("r3fresh-t0ken");
        let sealed = seal("one", &secret).unwrap();
        assert_eq!(
            open("one", &sealed).unwrap().expose_secret(),
            "r3fresh-t0ken"
        );
        assert!(open("other", &sealed).is_none());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open("one", &changed).is_none(), "{place}");
        }
        for cut in 0..sealed.len() {
            assert!(open("one", &sealed[..cut]).is_none(), "{cut}");
        }
        assert_ne!(seal("one", &secret).unwrap(), sealed, "a nonce of its own");
        let has = |part: &[u8]| sealed.windows(part.len()).any(|found| found == part);
        assert!(!has(b"r3fresh") && !has(b"t0ken"));
    }
}
