//! Audits that older versions wrote into files: the one in the store names them, so that a later change of them shows.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use countermand_chain::{JournalError, JournalErrorKind};
use countermand_core_model::Timestamp;
use countermand_store::Store;
use sha2::{Digest, Sha256};

use super::{entry::Entry, stored_lines::record_batch};

/// Writes which files are in the folder. The same files are written once, however often servers start.
pub(super) async fn record(
    store: &Store,
    folder: &Path,
    now: Timestamp,
) -> Result<(), JournalError> {
    let files = {
        let folder = folder.to_owned();
        let read = tokio::task::spawn_blocking(move || hashed(&folder)).await;
        read.map_err(io::Error::other).flatten().map_err(|error| {
            let what = "the audits in files cannot be read";
            JournalError::new(JournalErrorKind::System, what).because(error)
        })?
    };
    if files.is_empty() {
        return Ok(());
    }
    let (mut entries, mut all) = (Vec::new(), Sha256::new());
    for (file, sha256) in files {
        all.update(format!("{sha256} {file}\n").as_bytes());
        entries.push(Entry::EarlierFile { file, sha256 });
    }
    record_batch(store, &all.finalize(), now, entries).await
}

/// Returns the names and the SHA-256 of the files, in the order of their names.
fn hashed(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("audit-") && name.ends_with(".ndjson") {
            files.push((name.into_owned(), file_sha256(&entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

/// Returns the SHA-256 of a file in hexadecimal digits, as the audit in a store names an earlier one.
///
/// # Errors
/// When the file cannot be read.
pub fn file_sha256(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part)? {
            0 => break,
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
    let digest = hash.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
