//! Writes lines that are chained, changes one of them, and reads the chain back.

use countermand_chain::line::{self, Link};
use countermand_chain::{ChainBreak, Lines};
use serde_json::json;

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

fn read(bytes: &[u8]) -> Result<u64, ChainBreak> {
    let mut lines = Lines::of(bytes);
    while let Some(line) = lines.next_line() {
        line?;
    }
    Ok(lines.end().lines)
}
