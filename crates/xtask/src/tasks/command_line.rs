//! Builds of the command line.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    dist::{Dist, dist},
    project,
    step::{cargo, run},
};

/// Builds it for the demo, and returns its path.
pub fn build_demo() -> Result<PathBuf> {
    run(
        "build the command line",
        cargo(&["build", "--package", "countermand-cli", "--locked"])
            .env_remove("COUNTERMAND_CONSOLE"),
    )?;
    Ok(project::target().join("debug/countermand"))
}

/// Builds it for release, and returns its path.
pub fn build_release() -> Result<PathBuf> {
    release(None)
}

/// Builds it for release with the console of this folder in it, and returns its path.
fn build_with_console(console: &Path) -> Result<PathBuf> {
    release(Some(console))
}

/// Builds the page, the folder that is made of it, and the command line around that: one file that needs no other.
pub fn binary() -> Result<()> {
    dist(&Dist::default())?;
    let binary = build_with_console(&project::site())?;
    println!(
        "\n{}: the command line with the console in it",
        binary.display()
    );
    Ok(())
}

fn release(console: Option<&Path>) -> Result<PathBuf> {
    let mut build = cargo(&[
        "build",
        "--release",
        "--package",
        "countermand-cli",
        "--locked",
    ]);
    match console {
        Some(folder) => build.env("COUNTERMAND_CONSOLE", folder),
        None => build.env_remove("COUNTERMAND_CONSOLE"),
    };
    run("build the command line", &mut build)?;
    Ok(project::target().join("release/countermand"))
}
