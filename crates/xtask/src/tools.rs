//! Tools beyond rustup, installed once, at pinned versions, outside the repository.

mod apt;
mod cargo_tool;
mod python;

pub use apt::{chromium, hosts, postgres, wrk};
pub use cargo_tool::{CARGO_DENY, NEXTEST, TYPOS, WASM_BINDGEN};
pub use python::schemathesis;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{project, step};

/// The toolchain's target for the browser.
const TARGET: &str = "wasm32-unknown-unknown";

/// Installs all tools.
pub fn all() -> Result<()> {
    wasm_target()?;
    for tool in [&NEXTEST, &WASM_BINDGEN, &CARGO_DENY, &TYPOS] {
        tool.folder()?;
    }
    cargo_tool::clean()?;
    packages("web")?;
    packages("tests/e2e")?;
    chromium()?;
    hosts()?;
    postgres()
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

/// Installs the npm packages of a folder, as its lock file says, and returns where they are.
pub fn packages(folder: &str) -> Result<PathBuf> {
    let path = project::root().join(folder);
    let lock = path.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| lock.display().to_string())?;
    // npm writes no copy of the lock file that compares equal, so one is kept beside what it installed.
    let modules = path.join("node_modules");
    let installed = modules.join(".installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    println!("the packages of {folder} are missing or old: installing them from npm");
    step::run(
        &format!("install the packages of {folder}"),
        step::command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&path),
    )?;
    fs::write(&installed, wanted).with_context(|| installed.display().to_string())?;
    Ok(modules)
}
