//! The command line for release, with the console in it: one file that needs no other.

use anyhow::Result;

use super::command_line;
use crate::{
    dist::{Dist, dist},
    project,
};

/// Builds the page, the folder that is made of it, and the program around that.
pub fn binary() -> Result<()> {
    dist(&Dist::default())?;
    let binary = command_line::build_with_console(&project::site())?;
    println!(
        "\n{}: the command line with the console in it",
        binary.display()
    );
    Ok(())
}
