//! The console's files: those of a folder, or those in the program itself.

use std::path::{Path, PathBuf};

use countermand_server::console::Files;

use crate::failure::Failure;

/// What `build.rs` put into the program; nothing, unless it was built by `cargo xtask binary`.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Where a build of the repository puts the console.
const BUILT: &str = "dist";

/// How a console comes to be, for a message that says that there is none.
pub(crate) const HINT: &str = ". Build the console with cargo xtask demo";

/// What to serve: the folder that was named, else what is in the program, else what the repository built.
pub(crate) fn chosen(dist: Option<&Path>) -> Files {
    match dist {
        Some(folder) => Files::Folder(folder.to_owned()),
        None if !EMBEDDED.is_empty() => Files::Embedded(EMBEDDED),
        None => Files::Folder(PathBuf::from(BUILT)),
    }
}

/// The manifest of these files, as it was made.
pub(crate) fn manifest(files: &Files) -> Result<String, Failure> {
    let failed = |why: String| Err(Failure::before_sending(why));
    match files.manifest() {
        Ok(Some(text)) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Ok(None) => failed(
            "this console was built without a manifest; cargo xtask dist makes one".to_owned(),
        ),
        Err(error) => failed(match files {
            Files::Folder(folder) => {
                format!("there is no console in {}: {error}{HINT}", folder.display())
            }
            Files::Embedded(_) => format!("the console in this program is broken: {error}"),
        }),
    }
}
