//! Tools beyond rustup, installed once, at pinned versions, outside the repository.

mod apt;
mod cargo_tool;

pub use apt::{chromium, hosts, wrk};
pub use cargo_tool::{CARGO_DENY, NEXTEST, TRUNK, TYPOS, WASM_BINDGEN};

use std::fs;

use anyhow::{Context, Result};

use crate::{project, step};

/// The toolchain's target for the browser.
const TARGET: &str = "wasm32-unknown-unknown";

/// Installs all tools.
pub fn all() -> Result<()> {
    wasm_target()?;
    for tool in [&NEXTEST, &WASM_BINDGEN, &TRUNK, &CARGO_DENY, &TYPOS] {
        tool.folder()?;
    }
    cargo_tool::clean()?;
    e2e_packages()?;
    chromium()?;
    hosts()
}

/// Adds the target if rustup has not installed it.
pub fn wasm_target() -> Result<()> {
    let installed = step::command("rustup")
        .args(["target", "list", "--installed"])
        .output()
        .context("rustup is needed: https://rustup.rs")?;
    if String::from_utf8_lossy(&installed.stdout)
        .lines()
        .any(|line| line == TARGET)
    {
        return Ok(());
    }
    step::run(
        "install the Rust target of the browser",
        step::command("rustup").args(["target", "add", TARGET]),
    )
}

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
