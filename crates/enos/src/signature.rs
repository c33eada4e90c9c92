//! The vendor's two hashes, as pure functions.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/>, "Invoke API with access token".

use std::{borrow::Cow, collections::BTreeMap, hint::black_box};

use memchr::memchr;
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};

/// The signature of a call: the hash of token, parameters, body, timestamp and app secret.
///
/// `query` is the query as it is sent, without the question mark; `body` the body exactly as it is
/// sent; `timestamp` in milliseconds.
pub fn sign(token: &str, query: &str, body: &[u8], timestamp: i64, app_secret: &str) -> String {
    let mut parts = Parts::new();
    parts.add(token.as_bytes());
    add_params(query.as_bytes(), |part| parts.add(part));
    parts.add(body);
    parts.add(itoa::Buffer::new().format(timestamp).as_bytes());
    parts.add(app_secret.as_bytes());
    parts.hash()
}

/// What proves the app secret to the token service: the hash of app key, timestamp (milliseconds)
/// and app secret.
pub fn encryption(app_key: &str, timestamp: i64, app_secret: &str) -> String {
    let mut parts = Parts::new();
    parts.add(app_key.as_bytes());
    parts.add(itoa::Buffer::new().format(timestamp).as_bytes());
    parts.add(app_secret.as_bytes());
    parts.hash()
}

/// The parameters as they are signed: percent-decoded, the first value of each name, sorted by name,
/// name and value with nothing between.
///
/// A `+` stands for itself: a space is sent as `%20`.
pub fn params(query: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(query.len());
    add_params(query.as_bytes(), |part| text.extend_from_slice(part));
    text
}

fn add_params(query: &[u8], mut add: impl FnMut(&[u8])) {
    if add_usual_params(query, &mut add).is_some() {
        return;
    }
    let mut first: BTreeMap<Cow<'_, [u8]>, &[u8]> = BTreeMap::new();
    for pair in query.split(|byte| *byte == b'&') {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None if pair.is_empty() => continue,
            None => (pair, &pair[pair.len()..]),
        };
        first.entry(percent_decode(name).into()).or_insert(value);
    }
    for (name, value) in first {
        add(&name);
        add(&Cow::from(percent_decode(value)));
    }
}

/// The usual query: a handful of names that begin differently, and nothing percent-encoded. `None`, and
/// nothing added, where it is not that.
fn add_usual_params(query: &[u8], add: &mut impl FnMut(&[u8])) -> Option<()> {
    if query.is_empty() || memchr(b'%', query).is_some() {
        return None;
    }
    let mut pairs = [(0, &query[..0], &query[..0]); 8];
    let (mut count, mut start, mut equals) = (0, 0, None);
    for (at, byte) in query.iter().chain(b"&").enumerate() {
        match byte {
            b'=' if equals.is_none() => equals = Some(at),
            b'&' => {
                let name = &query[start..equals?];
                let value = &query[equals? + 1..at];
                (start, equals) = (at + 1, None);
                let pair = (beginning(name), name, value);
                let mut place = count;
                while place > 0 && pairs[place - 1].0 >= pair.0 {
                    if pairs[place - 1].0 == pair.0 {
                        return None;
                    }
                    *pairs.get_mut(place)? = pairs[place - 1];
                    place -= 1;
                }
                *pairs.get_mut(place)? = pair;
                count += 1;
            }
            _ => {}
        }
    }
    for (_, name, value) in &pairs[..count] {
        add(name);
        add(value);
    }
    Some(())
}

/// The first bytes of a name as a number that is in the names' order.
fn beginning(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (byte, letter) in bytes.iter_mut().zip(name) {
        *byte = *letter;
    }
    u64::from_be_bytes(bytes)
}

/// Gathers what is hashed, so that short parts do not each cost what a whole block costs.
struct Parts {
    hash: Sha256,
    held: [u8; 512],
    length: usize,
}

impl Parts {
    fn new() -> Self {
        Self {
            hash: Sha256::new(),
            held: [0; 512],
            length: 0,
        }
    }

    fn add(&mut self, part: &[u8]) {
        if part.len() > self.held.len() - self.length {
            self.hash.update(&self.held[..self.length]);
            self.length = 0;
        }
        if part.len() > self.held.len() {
            self.hash.update(part);
        } else {
            let end = self.length + part.len();
            self.held[self.length..end].copy_from_slice(part);
            self.length = end;
        }
    }

    /// The hash in lower-case hexadecimal digits.
    fn hash(mut self) -> String {
        self.hash.update(&self.held[..self.length]);
        // Token and app secret stood there: the compiler must take the wiping for something that is seen.
        self.held.fill(0);
        black_box(&self.held);
        let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
        let mut text = [0; 64];
        for (two, byte) in text.chunks_exact_mut(2).zip(self.hash.finalize()) {
            two.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        // Digits are text: the default never comes.
        str::from_utf8(&text).unwrap_or_default().to_owned()
    }
}
