//! One figure, as `cargo xtask bench` reads it: a line of JSON on standard output.

use serde::Serialize;

/// A measured value.
#[derive(Serialize)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// What it must not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<f64>,
}

impl Figure {
    /// A value without a limit.
    pub(crate) fn new(name: String, value: f64, unit: &'static str) -> Self {
        Self {
            name,
            // Three digits after the point are more than a measurement is worth.
            value: (value * 1_000.0).round() / 1_000.0,
            unit,
            limit: None,
        }
    }

    /// With what it must not exceed.
    pub(crate) fn limited_to(self, limit: f64) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        println!("{}", serde_json::to_string(self).unwrap());
    }
}
