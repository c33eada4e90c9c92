//! Which functions come in which part of the console's program.

use anyhow::{Context, Result, bail};

use crate::{command_line::Profile, page, project, step::command, tools};

/// Finds out in Chromium which functions run until the first rows are drawn, and writes `web/parts.txt`.
pub fn parts() -> Result<()> {
    tools::chromium()?;
    tools::packages("tests/e2e")?;
    Profile::Debug.build(None)?;
    page::profile(|folder| {
        let scripts = project::root().join("tests/e2e");
        let output = command("node")
            .arg("parts.mjs")
            .env("COUNTERMAND_DIST", folder)
            .current_dir(scripts)
            .output()
            .context("node is needed")?;
        if !output.status.success() {
            bail!("parts.mjs: {}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("parts.mjs")
    })
}
