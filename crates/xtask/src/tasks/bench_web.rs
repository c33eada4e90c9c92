//! The speed of the shipped console in a browser.

use std::path::Path;

use anyhow::Result;

use super::figure;
use crate::{command_line::Profile, page, project, step::command, tools};

/// Measures in Chromium. `arguments` go to `tests/bench-web/main.mjs`.
pub fn bench_web(arguments: &[&str]) -> Result<()> {
    tools::chromium()?;
    let page = page::build()?;
    let binary = Profile::Release.build(None)?;
    let mut benchmark = command("node");
    benchmark
        .arg(project::root().join("tests/bench-web/main.mjs"))
        .args(arguments)
        // Names of files are meant from where the task was called.
        .current_dir(std::env::current_dir().as_deref().unwrap_or(Path::new(".")))
        .env("COUNTERMAND", binary)
        .env("COUNTERMAND_DIST", page);
    figure::report(&figure::measure("the console in Chromium", &mut benchmark)?)
}
