//! How long the signature of a request takes, against the bare SHA-256 of the same bytes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod figure;
mod rounds;

use std::{hint::black_box, time::Instant};

use countermand_enos::signature::{params, sign};
use figure::Figure;
use rounds::median;
use sha2::{Digest, Sha256};

/// Many, and short: most are over before the machine turns to something else in between.
const ROUNDS: usize = 1_001;
const SIGNATURES_PER_ROUND: u32 = 100;
/// Times what the bare hash takes.
const LIMIT: f64 = 1.2;

const TOKEN: &str = "APP_TOKEN_1_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c";
const SECRET: &str = "5f2b7f0f-87e3-4b0c-9b1f-6d3c1b7f9a51";
const QUERY: &str =
    "action=search&orgId=o15475450989191&productKey=Vx8qT3zL&deviceKey=turbine-0042";
const LIST: &str = r#"{"expression":"state = 1","pagination":{"pageNo":1,"pageSize":50}}"#;
const TIMESTAMP: i64 = 1_770_724_800_123;

fn main() {
    compare("list", LIST.as_bytes());
    compare("1 KiB", &vec![b'x'; 1 << 10]);
    compare("16 KiB", &vec![b'x'; 16 << 10]);
}

fn compare(size: &str, body: &[u8]) {
    // The very bytes that the signature is the hash of, put together beforehand.
    let bytes = [
        TOKEN.as_bytes(),
        &params(QUERY),
        body,
        TIMESTAMP.to_string().as_bytes(),
        SECRET.as_bytes(),
    ]
    .concat();
    let hash = |bytes: &[u8]| Sha256::digest(bytes);
    let signature = || sign(TOKEN, QUERY, body, TIMESTAMP, SECRET);
    let hexadecimal: String = hash(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(signature(), hexadecimal, "both hash the same bytes");

    let (mut bare, mut signed, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let of_bare = nanoseconds(|| hash(black_box(&bytes)));
        let of_signed = nanoseconds(|| black_box(signature)());
        bare.push(of_bare);
        signed.push(of_signed);
        ratios.push(of_signed / of_bare);
    }
    let name = |what| format!("sign/{size}/{what}");
    Figure::new(name("SHA-256"), median(bare), "ns").print();
    Figure::new(name("countermand"), median(signed), "ns").print();
    Figure::new(name("ratio"), median(ratios), "times SHA-256")
        .limited_to(LIMIT)
        .print();
}

fn nanoseconds<T>(make: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..SIGNATURES_PER_ROUND {
        black_box(make());
    }
    start.elapsed().as_nanos() as f64 / f64::from(SIGNATURES_PER_ROUND)
}
