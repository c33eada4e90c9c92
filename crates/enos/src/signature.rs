//! The vendor's two hashes, as pure functions.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/>, "Invoke API with access token".

use std::{collections::BTreeMap, fmt::Write};

use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

/// The signature of a call: the hash of token, parameters, body, timestamp and app secret.
///
/// `query` is the query as it is sent, without the question mark; `body` the body exactly as it is
/// sent; `timestamp` in milliseconds.
pub fn sign(token: &str, query: &str, body: &[u8], timestamp: i64, app_secret: &str) -> String {
    hex(Sha256::new()
        .chain_update(token)
        .chain_update(params(query))
        .chain_update(body)
        .chain_update(timestamp.to_string())
        .chain_update(app_secret))
}

/// What proves the app secret to the token service: the hash of app key, timestamp (milliseconds)
/// and app secret.
pub fn encryption(app_key: &str, timestamp: i64, app_secret: &str) -> String {
    hex(Sha256::new()
        .chain_update(app_key)
        .chain_update(timestamp.to_string())
        .chain_update(app_secret))
}

/// The parameters as they are signed: percent-decoded, the first value of each name, sorted by name,
/// name and value with nothing between.
///
/// A `+` stands for itself: a space is sent as `%20`.
pub fn params(query: &str) -> Vec<u8> {
    let mut first: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        first
            .entry(percent_decode_str(name).collect())
            .or_insert_with(|| percent_decode_str(value).collect());
    }
    first
        .into_iter()
        .flat_map(|(name, value)| [name, value].concat())
        .collect()
}

fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
