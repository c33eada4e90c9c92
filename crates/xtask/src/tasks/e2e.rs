//! The console in a real browser, over real HTTP.

use anyhow::Result;

use super::console;
use crate::{
    project,
    step::{cargo, command, run},
    tools,
};

/// Runs Playwright's tests; `arguments` go to it.
pub fn e2e(arguments: &[&str]) -> Result<()> {
    tools::chromium()?;
    tools::e2e_packages()?;
    if !project::dist().join("index.html").exists() {
        console::build(true)?;
    }
    run(
        "build the command line",
        &mut cargo(&["build", "--package", "countermand-cli", "--locked"]),
    )?;
    let folder = project::root().join("tests/e2e");
    run(
        "the console in Chromium",
        command(folder.join("node_modules/.bin/playwright"))
            .arg("test")
            .args(arguments)
            .current_dir(&folder),
    )
}
