//! The console in a real browser, over real HTTP.

use std::path::PathBuf;

use anyhow::Result;

use super::console;
use crate::{
    dist::{Dist, dist},
    project,
    step::{cargo, command, run},
    tools,
};

/// Runs Playwright's tests; `arguments` go to it.
pub fn e2e(arguments: &[&str]) -> Result<()> {
    if !project::dist().join("index.html").exists() {
        console::build(true)?;
    }
    let folder = prepared()?;
    tools::hosts()?;
    dist(&Dist {
        page: Some(project::dist()),
        ..Dist::default()
    })?;
    run(
        "the console in Chromium",
        command(folder.join("node_modules/.bin/playwright"))
            .arg("test")
            .args(arguments)
            .current_dir(&folder),
    )
}

/// Takes the README's pictures anew, of the demonstration.
pub fn screenshots() -> Result<()> {
    console::build(true)?;
    let folder = prepared()?;
    run(
        "take the pictures",
        command("node")
            .arg("screenshots.mjs")
            .arg(project::root().join("docs/screens"))
            .current_dir(&folder),
    )
}

/// What both need besides the page; the folder of the scripts.
fn prepared() -> Result<PathBuf> {
    tools::chromium()?;
    tools::e2e_packages()?;
    run(
        "build the command line",
        &mut cargo(&["build", "--package", "countermand-cli", "--locked"]),
    )?;
    Ok(project::root().join("tests/e2e"))
}
