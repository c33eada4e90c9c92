//! Speed and memory, against the bounds that the project promises.

use std::path::Path;

use anyhow::{Result, bail};

use super::figure;
use crate::{
    command_line::Profile,
    page, project,
    step::{cargo, command},
    tools,
};

/// The benchmarks of `tests/benches`, the quickest first.
const BENCHES: [&str; 9] = [
    "sign",
    "decode",
    "memory",
    "run",
    "server_runs",
    "relay",
    "watch",
    "brake",
    "bookkeeping",
];

/// Runs the named benchmarks, or all of them. Fails if a bound is not kept.
pub fn bench(wanted: &[&str]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| !BENCHES.contains(name)) {
        bail!("there is no benchmark {unknown}: {}", BENCHES.join(", "));
    }
    let chosen = |name: &&str| wanted.is_empty() || wanted.contains(name);
    if chosen(&"relay") {
        tools::hosts()?;
    }
    if chosen(&"server_runs") {
        tools::postgres()?;
    }
    if chosen(&"run") || chosen(&"relay") {
        tools::wrk()?;
    }
    if chosen(&"run") || chosen(&"relay") || chosen(&"server_runs") {
        Profile::Release.build(None)?;
    }
    let mut figures = Vec::new();
    for name in BENCHES.into_iter().filter(chosen) {
        let mut benchmark = cargo(&["bench", "--quiet", "--package", "countermand-tests"]);
        benchmark
            .args(["--locked", "--bench", name])
            .env("COUNTERMAND", Profile::Release.binary());
        figures.extend(figure::measure(name, &mut benchmark)?);
    }
    figure::report(&figures)
}

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
