//! The signature's vectors, natively and in a browser.

use countermand_enos::signature::{encryption, params, sign};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const VECTORS: &str = include_str!("fixtures/enos-vectors.json");

fn vectors(with: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap_or_default();
    all.into_iter()
        .filter(|vector| vector.get(with).is_some())
        .collect()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_default()
}

fn timestamp(vector: &Value) -> i64 {
    text(vector, "timestamp").parse().unwrap_or_default()
}

#[test]
fn every_signature() {
    let vectors = vectors("signature");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let (_, query) = text(&vector, "target").split_once('?').unwrap();
        let signature = sign(
            text(&vector, "token"),
            query,
            text(&vector, "body").as_bytes(),
            timestamp(&vector),
            text(&vector, "secret"),
        );
        assert_eq!(signature, text(&vector, "signature"), "{}", vector["name"]);

        let signed = [
            text(&vector, "token").as_bytes(),
            &params(query),
            text(&vector, "body").as_bytes(),
            text(&vector, "timestamp").as_bytes(),
            text(&vector, "secret").as_bytes(),
        ]
        .concat();
        assert_eq!(
            String::from_utf8(signed).unwrap(),
            text(&vector, "signData")
        );
    }
}

#[test]
fn every_encryption() {
    let vectors = vectors("encryption");
    assert_eq!(vectors.len(), 1);
    for vector in vectors {
        assert_eq!(
            encryption(
                text(&vector, "appKey"),
                timestamp(&vector),
                text(&vector, "appSecret")
            ),
            text(&vector, "encryption")
        );
    }
}

#[test]
fn parameters_are_decoded_sorted_and_counted_once() {
    for (query, joined) in [
        ("", ""),
        ("b=2&a=1", "a1b2"),
        ("a=1&a=2&b=", "a1b"),
        ("B=1&a=2&_=3&A=4", "A4B1_3a2"),
        ("a%20b=c%26d&e=%E9%A3%8E", "a bc&de风"),
        ("a=1+2", "a1+2"),
        ("flag&&x=y=z", "flagxy=z"),
        // The name is compared after decoding.
        ("%61=1&a=2", "a1"),
    ] {
        assert_eq!(
            String::from_utf8(params(query)).unwrap(),
            joined,
            "{query:?}"
        );
    }
    assert_eq!(
        params("a=%ff"),
        b"a\xff",
        "bytes that are no text are signed as they are"
    );
}
