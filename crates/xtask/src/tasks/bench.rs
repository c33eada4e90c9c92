//! Speed and memory, against the bounds that the project promises.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::{
    command_line,
    figure::{self, Figure},
};
use crate::{project, step::cargo, tools};

/// The benchmarks of `tests/benches`, the quickest first.
const BENCHES: [&str; 6] = ["sign", "decode", "memory", "run", "relay", "bookkeeping"];

/// Runs the named benchmarks, or all of them. Fails if a bound is not kept.
pub fn bench(wanted: &[&str]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| !BENCHES.contains(name)) {
        bail!("there is no benchmark {unknown}: {}", BENCHES.join(", "));
    }
    let chosen = |name: &&str| wanted.is_empty() || wanted.contains(name);
    if chosen(&"relay") {
        tools::hosts()?;
    }
    if chosen(&"run") || chosen(&"relay") {
        tools::wrk()?;
        command_line::build_release()?;
    }
    let mut figures = Vec::new();
    for name in BENCHES.into_iter().filter(chosen) {
        figures.extend(measure(name)?);
    }
    figure::report(&figures)
}

fn measure(name: &str) -> Result<Vec<Figure>> {
    println!("\n==> measure {name}");
    let output = cargo(&[
        "bench",
        "--quiet",
        "--package",
        "countermand-tests",
        "--locked",
        "--bench",
        name,
    ])
    .env("COUNTERMAND", project::target().join("release/countermand"))
    .stderr(Stdio::inherit())
    .output()
    .context("cargo bench")?;
    if !output.status.success() {
        bail!("{name}: failed ({})", output.status);
    }
    Figure::read_all(name, &output.stdout)
}
