//! Tries a server against its own OpenAPI document, over real HTTP.

mod house;

use std::path::Path;

use anyhow::Result;
use fs_err as fs;

use crate::{
    command_line::Profile,
    soak::{Simulator, Soak},
    step::{command, run},
    tools,
};
use house::{House, OPERATOR, Runs, VIEWER};

const CONFIG: &str = include_str!("api_fuzz/schemathesis.toml");

/// How many requests are made up for each operation, in each of the ways to make them up.
const EXAMPLES: u32 = 60;

/// Runs schemathesis as an operator and as a viewer. Fails if an answer is not as the document says.
pub fn api_fuzz() -> Result<()> {
    let schemathesis = tools::schemathesis()?;
    Profile::Debug.build(None)?;
    let simulator = Simulator::start(&Soak::SMALL)?;
    let folder = tempfile::tempdir()?;
    let house = House::start(&simulator, folder.path())?;
    let runs = house.runs(&simulator)?;
    let config = folder.path().join("schemathesis.toml");
    fs::write(&config, configuration(&runs))?;
    for (who, token) in [("an operator", OPERATOR), ("a viewer", VIEWER)] {
        run(
            &format!("the server's document, as {who}"),
            &mut attempt(&schemathesis, &config, &house, token),
        )?;
    }
    house.is_well()
}

fn attempt(
    schemathesis: &Path,
    config: &Path,
    house: &House,
    token: &str,
) -> std::process::Command {
    let mut attempt = command(schemathesis);
    attempt
        .arg("--config-file")
        .arg(config)
        .args(["run"])
        .arg(format!("{}/relay/openapi.json", house.origin()))
        .args(["--url", house.origin()])
        .env("FUZZ_TOKEN", token);
    attempt
}

fn configuration(runs: &Runs) -> String {
    let list = |ids: &[String]| format!("{ids:?}");
    CONFIG
        .replace("[FINISHED]", &list(&runs.finished))
        .replace("[WAITING]", &list(&runs.waiting))
        .replace("EXAMPLES", &EXAMPLES.to_string())
}
