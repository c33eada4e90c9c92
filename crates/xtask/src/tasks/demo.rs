//! The console with a simulated fleet of both vendors.

use anyhow::Result;

use super::{command_line, console};
use crate::{
    project,
    step::{command, run},
};

/// Builds what is missing, serves it on `address` and prints where.
pub fn demo(address: &str) -> Result<()> {
    console::build(true)?;
    let binary = command_line::build_release()?;
    println!("\nThe demo: open http://{address} - Ctrl-C ends it");
    run(
        "demo",
        command(binary)
            .args(["serve", "--demo", "--listen", address])
            .arg("--dist")
            .arg(project::dist()),
    )
}
