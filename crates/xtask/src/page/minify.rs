//! Scripts and styles, as small as they come.

use std::path::Path;

use anyhow::{Context, Result, bail};
use fs_err as fs;

use super::split::Renamed;
use crate::{project, step::command, tools};

/// The names by which wasm-bindgen's JavaScript and the program know each other: long, and with hashes.
const LONG_NAMES: &str = "^(__wb|__externref|intounderlying|_R)";

/// Returns a script or stylesheet without what only people need.
pub(super) fn minified(file: &Path, arguments: &[&str]) -> Result<String> {
    let esbuild = tools::packages("web")?.join("esbuild/bin/esbuild");
    let output = command(esbuild)
        .arg(file)
        .args([
            "--minify",
            "--charset=utf8",
            "--target=es2022",
            "--log-level=warning",
        ])
        .args(arguments)
        .current_dir(project::root().join("web"))
        .output()
        .context("esbuild")?;
    if !output.status.success() {
        bail!("esbuild: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("esbuild")
}

/// Returns a script with what it imports, and the short names that were given to what it shares with the program.
pub(super) fn bundled(file: &Path) -> Result<(String, Renamed)> {
    let folder = tempfile::tempdir()?;
    let names = folder.path().join("names.json");
    fs::write(&names, "{}")?;
    let script = minified(
        file,
        &[
            "--bundle",
            "--format=esm",
            &format!("--mangle-props={LONG_NAMES}"),
            &format!("--mangle-cache={}", names.display()),
        ],
    )?;
    Ok((script, serde_json::from_slice(&fs::read(names)?)?))
}
