//! The vendor's two hashes, as pure functions.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/>, "Invoke API with access token".

use std::{borrow::Cow, hint::black_box};

use memchr::memchr2_iter;
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
    let mut pairs = Vec::with_capacity(8);
    let is_plain = memchr::memchr(b'%', query).is_none();
    for (name, value) in pairs_of(query) {
        // In their order from the start: they are a handful. A name's first value is the one that counts.
        let name = if is_plain { name.into() } else { decoded(name) };
        let at = pairs.partition_point(|(other, _)| *other < name);
        if pairs.get(at).is_none_or(|(other, _)| *other != name) {
            pairs.insert(at, (name, value));
        }
    }
    for (name, value) in pairs {
        add(&name);
        if is_plain {
            add(value);
        } else {
            add(&decoded(value));
        }
    }
}

fn decoded(part: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(part).into()
}

/// The names and values between the `&`s, empty pairs left out.
fn pairs_of(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut marks = memchr2_iter(b'&', b'=', query);
    let mut start = 0;
    std::iter::from_fn(move || {
        while start <= query.len() {
            let from = start;
            let mut equals = None;
            let end = loop {
                match marks.next() {
                    Some(at) if query[at] == b'&' => break at,
                    Some(at) => equals = equals.or(Some(at)),
                    None => break query.len(),
                }
            };
            start = end + 1;
            if from < end {
                let name_end = equals.unwrap_or(end);
                return Some((&query[from..name_end], &query[end.min(name_end + 1)..end]));
            }
        }
        None
    })
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
        String::from_utf8_lossy(&text).into_owned()
    }
}
