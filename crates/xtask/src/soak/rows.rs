//! The rows that the command line prints.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::outcome::Outcome;

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Row {
    pub device: String,
    pub id: String,
    pub before: Option<String>,
    pub outcome: Outcome,
    pub after: Option<String>,
    pub attempts: u32,
}

pub fn read(output: &[u8]) -> Result<Vec<Row>> {
    serde_json::from_slice(output)
        .with_context(|| format!("no rows: {}", String::from_utf8_lossy(output)))
}
