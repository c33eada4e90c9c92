//! Writes lines that are chained, changes one of them, and reads the chain back.

use countermand_chain::{
    ChainError, ChainFormat, ChainReader,
    line::{self, Link},
};
use serde_json::{Value, json};

/// Lines of any JSON.
struct AnyJson;

impl ChainFormat for AnyJson {
    type Entry = Value;

    const NAME: &'static str = "a chain of JSON";

    fn read(&mut self, line: &[u8], number: u64) -> Result<Value, ChainError> {
        serde_json::from_slice(line).map_err(|_| ChainError::changed(number))
    }

    fn is_seal(_: &Value) -> bool {
        false
    }
}

fn main() -> serde_json::Result<()> {
    let mut bytes = Vec::new();
    let mut last = Link::START;
    for text in ["planned", "sent", "cancelled"] {
        line::add(&mut bytes, &mut last, &json!({"what": text}))?;
    }
    println!("as written: {:?}", read(&bytes));

    let text = String::from_utf8_lossy(&bytes).replace("sent", "lost");
    println!("changed: {:?}", read(text.as_bytes()));
    Ok(())
}

fn read(bytes: &[u8]) -> Result<u64, ChainError> {
    let mut lines = ChainReader::new(bytes, AnyJson);
    for line in lines.by_ref() {
        line?;
    }
    Ok(lines.end().lines)
}
