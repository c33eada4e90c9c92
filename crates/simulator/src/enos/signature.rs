//! The hashes that prove the secret.

use sha2::{Digest, Sha256};

/// `hex(sha256(appKey + timestamp + appSecret))`, in lower case.
pub(crate) fn encryption(app_key: &str, timestamp: &str, app_secret: &str) -> String {
    hex(&[
        app_key.as_bytes(),
        timestamp.as_bytes(),
        app_secret.as_bytes(),
    ])
}

/// `hex(sha256(token + params + body + timestamp + secret))`, in lower case, where `params` are the
/// decoded query pairs, the first value of each name, sorted by name, with nothing between.
pub(crate) fn sign(
    token: &str,
    query: &[(String, String)],
    body: &[u8],
    timestamp: &str,
    app_secret: &str,
) -> String {
    let params = params(query);
    hex(&[
        token.as_bytes(),
        params.as_bytes(),
        body,
        timestamp.as_bytes(),
        app_secret.as_bytes(),
    ])
}

fn params(query: &[(String, String)]) -> String {
    let mut firsts: Vec<(&str, &str)> = Vec::with_capacity(query.len());
    for (name, value) in query {
        if !firsts.iter().any(|(known, _)| known == name) {
            firsts.push((name, value));
        }
    }
    firsts.sort_unstable();
    firsts
        .iter()
        .flat_map(|(name, value)| [*name, *value])
        .collect()
}

fn hex(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digits = b"0123456789abcdef";
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        for digit in [byte >> 4, byte & 0xf] {
            text.extend(digits.get(usize::from(digit)).copied().map(char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::request::decode_query;

    #[test]
    fn the_published_vectors_hold() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../testdata/enos-vectors.json")).unwrap();
        let mut checked = 0;
        for vector in &vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            if vector.get("encryption").is_some() {
                let made = encryption(text("appKey"), text("timestamp"), text("appSecret"));
                assert_eq!(made, text("encryption"));
            } else {
                let (_, query) = text("target").split_once('?').unwrap();
                let query = decode_query(query);
                let body = text("body").as_bytes();
                let made = sign(
                    text("token"),
                    &query,
                    body,
                    text("timestamp"),
                    text("secret"),
                );
                assert_eq!(made, text("signature"), "{}", text("name"));
            }
            checked += 1;
        }
        assert_eq!(checked, 4);
    }

    #[test]
    fn values_are_signed_decoded_and_only_the_first_of_a_name() {
        let query = decode_query("b=%E6%8F%8F%20x&a=1&b=2");
        assert_eq!(params(&query), "a1b描 x");
    }
}
