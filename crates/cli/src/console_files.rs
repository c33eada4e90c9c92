//! The console's files: from a folder, or embedded in the program.

use std::path::{Path, PathBuf};

use countermand_server::console::Files;

use crate::failure::Failure;

/// The files that `build.rs` embedded. Empty unless the program was built by `cargo xtask binary`.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Where a build in the repository puts the console.
const BUILT: &str = "dist";

/// How to build a console, appended to messages that none was found.
pub(crate) const HINT: &str = ". Build it with \"cargo xtask demo\".";

/// Returns the files to serve: the given folder, else the embedded files, else the repository's build.
pub(crate) fn chosen(dist: Option<&Path>) -> Files {
    match dist {
        Some(folder) => Files::Folder(folder.to_owned()),
        None if !EMBEDDED.is_empty() => Files::Embedded(EMBEDDED),
        None => Files::Folder(PathBuf::from(BUILT)),
    }
}

/// Returns the manifest of these files.
pub(crate) fn manifest(files: &Files) -> Result<String, Failure> {
    let failed = |why: String| Err(Failure::before_sending(why));
    match files.manifest() {
        Ok(Some(text)) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Ok(None) => {
            failed("This console has no manifest. Build one with \"cargo xtask dist\".".to_owned())
        }
        Err(error) => failed(match files {
            Files::Folder(folder) => {
                format!("No console in {}: {error}{HINT}", folder.display())
            }
            Files::Embedded(_) => format!("The console in this program is damaged: {error}"),
        }),
    }
}
