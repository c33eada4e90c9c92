//! The paths of the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Returns the repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
        .to_owned()
}

/// Returns cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Returns the target folder of builds for the browser, which never wait for native ones.
pub fn wasm_target() -> PathBuf {
    root().join("target/wasm")
}

/// Returns the folder of the console's page.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Returns the folder for static hosts. It is absolute, because builds that use it run elsewhere.
pub fn site() -> PathBuf {
    root().join(target()).join("site")
}

/// Returns the folder of the demo's page, which is not the one for release.
pub fn demo_page() -> PathBuf {
    root().join(target()).join("demo-page")
}

/// Returns the folder of the tools, which is outside the repository.
pub fn tool_cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("COUNTERMAND_TOOLS") {
        return Ok(folder.into());
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("neither COUNTERMAND_TOOLS nor XDG_CACHE_HOME nor HOME is set")?;
    Ok(cache.join("countermand"))
}
