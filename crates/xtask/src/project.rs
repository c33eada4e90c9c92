//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
        .to_owned()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Builds for the browser have a target folder of their own, so that they never wait for native ones.
pub fn wasm_target() -> PathBuf {
    root().join("target/wasm")
}

/// The built console.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The console as a folder for any static host; a whole path, as those who build with it work elsewhere.
pub fn site() -> PathBuf {
    root().join(target()).join("site")
}

/// The demo's page, which is not the one for release.
pub fn demo_page() -> PathBuf {
    root().join(target()).join("demo-page")
}

/// The tools that are installed once, outside the repository.
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
