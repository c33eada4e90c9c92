//! The console in a real browser, over real HTTP.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    command_line::Profile,
    dist::{Dist, dist},
    page, project,
    step::{command, run},
    tools,
};

/// Runs Playwright's tests. `arguments` go to it.
pub fn e2e(arguments: &[&str]) -> Result<()> {
    if !project::dist().join("index.html").exists() {
        page::build()?;
    }
    tools::hosts()?;
    dist(&Dist {
        page: Some(project::dist()),
        ..Dist::default()
    })?;
    let folder = prepared()?;
    run(
        "the console in Chromium",
        command(folder.join("node_modules/.bin/playwright"))
            .arg("test")
            .args(arguments)
            .current_dir(&folder),
    )
}

/// Takes the README's screenshots again, of the demo.
pub fn screenshots() -> Result<()> {
    dist(&Dist::default())?;
    let folder = prepared()?;
    run(
        "take the pictures",
        command("node")
            .arg("screenshots.mjs")
            .arg(project::root().join("docs/screens"))
            .current_dir(&folder),
    )
}

/// Prepares what both need besides the page, and returns the folder of the scripts.
fn prepared() -> Result<PathBuf> {
    tools::chromium()?;
    tools::packages("tests/e2e")?;
    Profile::Debug.build(Some(&project::site()))?;
    Ok(project::root().join("tests/e2e"))
}
