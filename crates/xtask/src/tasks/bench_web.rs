//! The speed of the shipped console in a browser.

use std::{path::Path, process::Stdio};

use anyhow::{Context, Result, bail};

use super::{
    command_line,
    figure::{self, Figure},
};
use crate::{page, project, step::command, tools};

/// Measures in Chromium. `arguments` go to `tests/bench-web/main.mjs`.
pub fn bench_web(arguments: &[&str]) -> Result<()> {
    tools::chromium()?;
    let page = page::build()?;
    let binary = command_line::build_release()?;
    println!("\n==> measure the console in Chromium");
    let output = command("node")
        .arg(project::root().join("tests/bench-web/main.mjs"))
        .args(arguments)
        // Names of files are meant from where the task was called.
        .current_dir(std::env::current_dir().as_deref().unwrap_or(Path::new(".")))
        .env("COUNTERMAND", binary)
        .env("COUNTERMAND_DIST", page)
        .stderr(Stdio::inherit())
        .output()
        .context("node")?;
    if !output.status.success() {
        bail!("measuring failed ({})", output.status);
    }
    figure::report(&Figure::read_all("bench-web", &output.stdout)?)
}
