//! Building the command line, which other tasks then run.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    project,
    step::{cargo, run},
};

/// Builds it for the demo, and says where it is.
pub fn build_demo() -> Result<PathBuf> {
    run(
        "build the command line",
        cargo(&["build", "--package", "countermand-cli", "--locked"])
            .env_remove("COUNTERMAND_CONSOLE"),
    )?;
    Ok(project::target().join("debug/countermand"))
}

/// Builds it for release, and says where it is.
pub fn build_release() -> Result<PathBuf> {
    release(None)
}

/// Builds it for release with the console of this folder in it, and says where it is.
pub fn build_with_console(console: &Path) -> Result<PathBuf> {
    release(Some(console))
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
