//! Tokens of people, of which the hashes are kept.

use countermand_core_model::{InvalidValue, Timestamp};
use http::{HeaderMap, header::AUTHORIZATION};

use super::{digest::Digest, person::PersonName, role::User};

/// The hash of a person's token.
#[derive(Clone, Debug)]
pub struct StaticToken {
    name: PersonName,
    digest: Digest,
    expires_at: Option<Timestamp>,
}

/// Why a presented token lets nobody in, as the audit has it.
pub(crate) type NotLetIn = &'static str;

const UNKNOWN: NotLetIn = "unknown_token";

const EXPIRED: NotLetIn = "expired_token";

/// Why a token is not valid. The value is not repeated: it may be the token itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// The name is not valid.
    #[error(transparent)]
    Name(#[from] InvalidValue),
    /// The hash is not valid.
    #[error("must be the 64 hexadecimal digits of the token's SHA-256")]
    Hash,
    /// It is the hash of an empty text, as of an unset variable or an empty file.
    #[error("is the SHA-256 of nothing: there was no token to hash")]
    Empty,
}

/// Texts without a token, as a shell may hash them.
const OF_NOTHING: [&str; 4] = ["", "\n", "\r\n", " "];

impl StaticToken {
    /// Returns the token of `name` with this SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    /// When the name or the hash is not valid.
    pub fn new(name: &str, sha256: &str) -> Result<Self, InvalidToken> {
        let digest = Digest::from_hex(sha256.trim()).ok_or(InvalidToken::Hash)?;
        if OF_NOTHING.iter().any(|text| Digest::of(text).is(&digest)) {
            return Err(InvalidToken::Empty);
        }
        Ok(Self {
            name: PersonName::parse(name).map_err(InvalidToken::Name)?,
            digest,
            expires_at: None,
        })
    }

    /// Returns this token, which opens nothing from then on. Sessions that it opened end with it.
    #[must_use]
    pub fn expiring(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// Returns whether it has expired.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| now >= at)
    }

    /// Returns the person.
    pub fn name(&self) -> &PersonName {
        &self.name
    }

    pub(super) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Returns two people with the same token, which could not be told apart.
    pub(crate) fn shared(tokens: &[Self]) -> Option<(&PersonName, &PersonName)> {
        tokens.iter().enumerate().find_map(|(index, one)| {
            let mut later = tokens.iter().skip(index + 1);
            let other = later.find(|other| other.digest.is(&one.digest))?;
            Some((&one.name, &other.name))
        })
    }
}

/// Returns whose token is presented, in constant time.
///
/// # Errors
/// When it is nobody's, or has expired.
pub(crate) fn owner(
    tokens: &[StaticToken],
    presented: &str,
    now: Timestamp,
) -> Result<User, NotLetIn> {
    let token = presented_one(tokens, presented, now)?;
    Ok(User::named(token.name.clone()))
}

/// Returns which of the tokens is presented.
///
/// # Errors
/// When it is none of them, or has expired.
pub(crate) fn presented_one<'a>(
    tokens: &'a [StaticToken],
    presented: &str,
    now: Timestamp,
) -> Result<&'a StaticToken, NotLetIn> {
    if presented.trim().is_empty() {
        return Err(UNKNOWN);
    }
    let presented = Digest::of(presented);
    let mut owner = Err(UNKNOWN);
    for token in tokens {
        if token.digest.is(&presented) {
            owner = Ok(token);
        }
    }
    match owner {
        Ok(token) if token.is_over(now) => Err(EXPIRED),
        owner => owner,
    }
}

/// Returns the bearer token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let tokens = [
            StaticToken::new("alice", hash).unwrap(),
            StaticToken::new("bob", &"0".repeat(64)).unwrap(),
        ];
        let alice = User::named(PersonName::parse("alice").unwrap());
        let now = Timestamp::from_millis(1_770_000_000_000).unwrap();
        assert_eq!(owner(&tokens, "abc", now), Ok(alice));
        for wrong in ["", "ab", "abcd", hash] {
            assert_eq!(owner(&tokens, wrong, now), Err(UNKNOWN), "{wrong}");
        }
        assert_eq!(
            StaticToken::new("carol", "s3cr3t-t0ken").unwrap_err(),
            InvalidToken::Hash
        );
        assert!(matches!(
            StaticToken::new("ca\u{200b}rol", hash),
            Err(InvalidToken::Name(_))
        ));
    }

    #[test]
    fn a_token_opens_nothing_from_its_last_moment_on() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let at = |millis: i64| Timestamp::from_millis(1_770_000_000_000 + millis).unwrap();
        let token = StaticToken::new("alice", hash).unwrap().expiring(at(0));
        let tokens = [token];
        assert!(owner(&tokens, "abc", at(-1)).is_ok());
        assert_eq!(owner(&tokens, "abc", at(0)), Err(EXPIRED));
        assert_eq!(owner(&tokens, "abd", at(0)), Err(UNKNOWN));
    }

    #[test]
    fn the_hash_of_nothing_is_no_token() {
        // printf '' | sha256sum; echo | sha256sum
        for hash in [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
        ] {
            assert_eq!(
                StaticToken::new("alice", hash).unwrap_err(),
                InvalidToken::Empty
            );
        }
    }

    #[test]
    fn one_token_has_one_owner() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let token = |name: &str, hash: &str| StaticToken::new(name, hash).unwrap();
        let two = [token("alice", hash), token("bob", &hash.to_uppercase())];
        let (one, other) = StaticToken::shared(&two).unwrap();
        assert_eq!((one.as_str(), other.as_str()), ("alice", "bob"));
        let others = [token("alice", hash), token("alice", &"0".repeat(64))];
        assert_eq!(StaticToken::shared(&others), None, "a person may have two");
    }
}
