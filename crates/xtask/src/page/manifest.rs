//! The list of the page's files with the SHA-256 of each.
//!
//! It names what a browser gets of the page, uncompressed, and nothing that differs from one host to another: a
//! commit has one manifest, wherever it is served.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use countermand_page::MANIFEST;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    commit::Commit,
    files::{files_of, is_of_the_page},
};

/// Writes it into `folder`.
pub fn write(folder: &Path, commit: &Commit) -> Result<()> {
    let mut files = Map::new();
    for name in files_of(folder)? {
        if is_of_the_page(&name) {
            files.insert(name.clone(), of(&folder.join(name))?);
        }
    }
    let manifest = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": commit.name(),
        "files": files,
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&manifest)?);
    fs::write(folder.join(MANIFEST), text).context(MANIFEST)
}

fn of(file: &Path) -> Result<Value> {
    let content = fs::read(file).with_context(|| file.display().to_string())?;
    let digest = Sha256::digest(&content);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({"sha256": hex, "bytes": content.len()}))
}
