//! The list of the page's files with the SHA-256 of each.
//!
//! It names what a browser gets of the page, uncompressed, and nothing that differs from one host to another: a
//! commit has one manifest, wherever it is served.

use std::path::Path;

use anyhow::{Context, Result};
use countermand_page::MANIFEST;
use countermand_relay_api::{Manifest, ManifestFile};
use fs_err as fs;
use sha2::{Digest, Sha256};

use super::{
    commit::Commit,
    files::{files_of, is_of_the_page},
};

/// Writes it into `folder`.
pub fn write(folder: &Path, commit: &Commit) -> Result<()> {
    let mut files = Vec::new();
    for name in files_of(folder)? {
        if is_of_the_page(&name) {
            let file = read(&folder.join(&name))?;
            files.push((name, file));
        }
    }
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit.name().to_owned(),
        files,
    };
    let text = format!("{}\n", serde_json::to_string_pretty(&manifest)?);
    fs::write(folder.join(MANIFEST), text).context(MANIFEST)
}

fn read(file: &Path) -> Result<ManifestFile> {
    let content = fs::read(file)?;
    let digest = Sha256::digest(&content);
    Ok(ManifestFile {
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        bytes: content.len().try_into()?,
    })
}
