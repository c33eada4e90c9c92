//! Packages from npm.

use std::fs;

use anyhow::{Context, Result};

use crate::{project, step};

/// Installs the packages of the browser tests, as their lock file says.
pub fn e2e_packages() -> Result<()> {
    let folder = project::root().join("tests/e2e");
    let wanted =
        fs::read(folder.join("package-lock.json")).context("tests/e2e/package-lock.json")?;
    // npm writes no copy of the lock file that compares equal, so one is kept beside what it installed.
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("the packages of tests/e2e are missing or old: installing them from npm");
    step::run(
        "install the packages of tests/e2e",
        step::command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder),
    )?;
    fs::write(&installed, wanted).context("tests/e2e/node_modules")
}
