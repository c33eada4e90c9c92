//! Tokens that are kept as hashes.

use std::{error::Error, fmt};

use super::{User, digest::Digest};

/// A token of somebody, by its hash.
#[derive(Clone, Debug)]
pub struct StaticToken {
    name: String,
    digest: Digest,
}

/// What should be a hash is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTokenHash;

impl fmt::Display for InvalidTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be the 64 hexadecimal digits of the token's SHA-256")
    }
}

impl Error for InvalidTokenHash {}

impl StaticToken {
    /// The token of `name` with this SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    /// When that is no SHA-256. It is not repeated: it may be the token itself.
    pub fn new(name: impl Into<String>, sha256: &str) -> Result<Self, InvalidTokenHash> {
        Ok(Self {
            name: name.into(),
            digest: Digest::from_hex(sha256).ok_or(InvalidTokenHash)?,
        })
    }
}

/// Whose token this is. It takes as long for the first of them as for the last, and for none.
pub(crate) fn owner(tokens: &[StaticToken], presented: &str) -> Option<User> {
    let presented = Digest::of(presented);
    let mut owner = None;
    for token in tokens {
        if token.digest.is(&presented) {
            owner = Some(&token.name);
        }
    }
    owner.map(User::named)
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
        assert_eq!(owner(&tokens, "abc"), Some(User::named("alice")));
        for wrong in ["", "ab", "abcd", hash] {
            assert_eq!(owner(&tokens, wrong), None, "{wrong}");
        }
        assert!(StaticToken::new("carol", "s3cr3t-t0ken").is_err());
    }
}
