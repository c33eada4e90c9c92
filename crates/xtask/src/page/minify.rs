//! Scripts and styles, as small as they come.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{project, step::command, tools};

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
