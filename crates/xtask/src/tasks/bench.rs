//! What the project promises about speed and memory, measured.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    project,
    step::{cargo, run},
    tools,
};

/// The benchmarks of `tests/benches`, the quickest first.
const BENCHES: [&str; 5] = ["sign", "decode", "memory", "run", "bookkeeping"];

/// A line that a benchmark prints.
#[derive(Debug, Deserialize)]
struct Figure {
    name: String,
    value: f64,
    unit: String,
    /// What it must not exceed.
    limit: Option<f64>,
    /// What it must reach.
    at_least: Option<f64>,
}

impl Figure {
    /// Whether it is as it must be; nothing where it need not be anything.
    fn is_met(&self) -> Option<bool> {
        match (self.limit, self.at_least) {
            (None, None) => None,
            (most, least) => Some(
                most.is_none_or(|most| self.value <= most)
                    && least.is_none_or(|least| self.value >= least),
            ),
        }
    }

    fn row(&self) -> String {
        let bound = match (self.limit, self.at_least) {
            (Some(most), _) => format!("at most {most}"),
            (None, Some(least)) => format!("at least {least}"),
            (None, None) => String::new(),
        };
        let met = match self.is_met() {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "",
        };
        format!(
            "{:58} {:>12} {:24} {bound:14} {met}",
            self.name,
            shown(self.value),
            self.unit
        )
    }
}

/// As many digits as are worth reading.
fn shown(value: f64) -> String {
    match value {
        _ if value >= 1_000.0 => format!("{value:.0}"),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Runs those that are named, or all of them; an error where a bound is not kept.
pub fn bench(wanted: &[&str]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| !BENCHES.contains(name)) {
        bail!("there is no benchmark {unknown}: {}", BENCHES.join(", "));
    }
    let chosen = |name: &&str| wanted.is_empty() || wanted.contains(name);
    if chosen(&"run") {
        tools::wrk()?;
        run(
            "build the command line",
            &mut cargo(&[
                "build",
                "--release",
                "--package",
                "countermand-cli",
                "--locked",
            ]),
        )?;
    }
    let mut figures = Vec::new();
    for name in BENCHES.into_iter().filter(chosen) {
        figures.extend(measure(name)?);
    }
    println!();
    for figure in &figures {
        println!("{}", figure.row().trim_end());
    }
    let unmet = figures
        .iter()
        .filter(|figure| figure.is_met() == Some(false))
        .count();
    if unmet > 0 {
        bail!("{unmet} bounds are not kept");
    }
    Ok(())
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
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("{name} printed {line}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_met_where_it_keeps_its_bound() {
        let met = |line: &str| {
            let figure: Figure = serde_json::from_str(line).unwrap();
            (figure.is_met(), figure.row().contains("NOT MET"))
        };
        let most = |value: f64| format!(r#"{{"name":"n","value":{value},"unit":"u","limit":1.5}}"#);
        let least =
            |value: f64| format!(r#"{{"name":"n","value":{value},"unit":"u","at_least":0.7}}"#);
        assert_eq!(met(&most(1.5)), (Some(true), false));
        assert_eq!(met(&most(1.51)), (Some(false), true));
        assert_eq!(met(&least(0.7)), (Some(true), false));
        assert_eq!(met(&least(0.69)), (Some(false), true));
        assert_eq!(met(r#"{"name":"n","value":9,"unit":"u"}"#), (None, false));
    }
}
