//! Figures of benchmarks, and their bounds.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A line that a benchmark prints.
#[derive(Debug, Deserialize)]
pub(super) struct Figure {
    name: String,
    value: f64,
    unit: String,
    /// The upper bound.
    limit: Option<f64>,
    /// The lower bound.
    at_least: Option<f64>,
}

/// Runs a benchmark, and reads the figures that it prints, a line of JSON each.
pub(super) fn measure(name: &str, benchmark: &mut Command) -> Result<Vec<Figure>> {
    println!("\n==> measure {name}");
    let output = benchmark.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| name.to_owned())?;
    if !output.status.success() {
        bail!("{name}: failed ({})", output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("{name} printed {line}")))
        .collect()
}

impl Figure {
    /// Returns whether the bound is kept. A figure without a bound returns nothing.
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

/// Rounds to as many digits as are worth reading.
fn shown(value: f64) -> String {
    match value {
        _ if value >= 1_000.0 => format!("{value:.0}"),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Prints the figures. Fails if a bound is not kept.
pub(super) fn report(figures: &[Figure]) -> Result<()> {
    println!();
    for figure in figures {
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
