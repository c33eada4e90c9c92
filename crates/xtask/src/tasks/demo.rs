//! The console with a simulated fleet of both vendors.

use anyhow::Result;

use super::console;
use crate::{
    project,
    step::{cargo, run},
};

/// Builds what is missing, serves it on `address` and prints where.
pub fn demo(address: &str) -> Result<()> {
    console::build(true)?;
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
    println!("\nThe demo: open http://{address} - Ctrl-C ends it");
    let binary = project::root().join("target/release/countermand");
    run(
        "demo",
        crate::step::command(binary)
            .args(["serve", "--demo", "--listen", address])
            .arg("--dist")
            .arg(project::dist()),
    )
}
