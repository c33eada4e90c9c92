//! The two hashes of the provider's authentication.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/>, "Invoke API with access token".

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, hint::black_box};

use memchr::memchr3_iter;
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

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

/// The proof of the app secret: the hash of app key, timestamp (milliseconds) and app secret.
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

/// Adds the usual query: a few names, none of them twice, and nothing percent-encoded. `None` where it is
/// another one.
fn add_usual_params(query: &[u8], add: &mut impl FnMut(&[u8])) -> Option<()> {
    let mut pairs: [(&[u8], &[u8]); 8] = [(b"", b""); 8];
    let (mut count, mut start, mut equals) = (0, 0, None);
    let marks = memchr3_iter(b'&', b'=', b'%', query).chain([query.len()]);
    for at in marks {
        match query.get(at) {
            Some(b'%') => return None,
            Some(b'=') => {
                equals.get_or_insert(at);
            }
            _ => {
                let equals = equals.take()?;
                let pair = (&query[start..equals], &query[equals + 1..at]);
                start = at + 1;
                insert(&mut pairs, count, pair)?;
                count += 1;
            }
        }
    }
    for (name, value) in &pairs[..count] {
        add(name);
        add(value);
    }
    Some(())
}

/// Inserts a pair into the first `count`, which are sorted by name. `None` where there is no room, or the
/// name is there already.
#[inline]
fn insert<'a>(
    pairs: &mut [(&'a [u8], &'a [u8])],
    count: usize,
    pair: (&'a [u8], &'a [u8]),
) -> Option<()> {
    let mut place = count;
    while place > 0 {
        let before = pairs[place - 1];
        // Most names differ in their first letter.
        match before
            .0
            .first()
            .cmp(&pair.0.first())
            .then_with(|| before.0.cmp(pair.0))
        {
            Ordering::Less => break,
            Ordering::Equal => return None,
            Ordering::Greater => *pairs.get_mut(place)? = before,
        }
        place -= 1;
    }
    *pairs.get_mut(place)? = pair;
    Some(())
}

/// Buffers the hashed parts, so that short ones do not each cost a whole block.
struct Parts {
    hash: Sha256,
    /// The length of most signed requests.
    held: [u8; 1_536],
    length: usize,
    /// How much of `held` was written to.
    used: usize,
}

impl Parts {
    fn new() -> Self {
        Self {
            hash: Sha256::new(),
            held: [0; 1_536],
            length: 0,
            used: 0,
        }
    }

    #[inline]
    fn add(&mut self, part: &[u8]) {
        if let Some(room) = self.held.get_mut(self.length..self.length + part.len()) {
            room.copy_from_slice(part);
            self.length += part.len();
        } else {
            self.flush();
            self.hash.update(part);
        }
    }

    fn flush(&mut self) {
        self.hash.update(&self.held[..self.length]);
        self.used = self.used.max(self.length);
        self.length = 0;
    }

    /// The hash in lower-case hexadecimal digits.
    fn hash(mut self) -> String {
        self.flush();
        // It held token and app secret: the compiler must not remove the wiping.
        self.held[..self.used].fill(0);
        black_box(&self.held);
        let digit = |nibble: u8| DIGITS[usize::from(nibble)];
        let mut text = [0; 64];
        let (pairs, _) = text.as_chunks_mut();
        for (two, byte) in pairs.iter_mut().zip(self.hash.finalize()) {
            *two = [digit(byte >> 4), digit(byte & 15)];
        }
        // Digits are text: the default never comes.
        str::from_utf8(&text).unwrap_or_default().to_owned()
    }
}
