//! The toolchain's target for the browser.

use anyhow::{Context, Result};

use crate::step;

const TARGET: &str = "wasm32-unknown-unknown";

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
