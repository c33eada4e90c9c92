//! Building the command line, which other tasks then run.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    project,
    step::{cargo, run},
};

/// Builds it for release, and says where it is.
pub fn build_release() -> Result<PathBuf> {
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
    Ok(project::target().join("release/countermand"))
}
