//! Builds of the command line.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    project,
    step::{cargo, run},
};

/// A build of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The build of the tests.
    Debug,
    /// The build that people get.
    Release,
}

impl Profile {
    /// Returns the path of the command line.
    pub fn binary(self) -> PathBuf {
        project::target()
            .join(match self {
                Self::Debug => "debug",
                Self::Release => "release",
            })
            .join("countermand")
    }

    /// Builds the command line, with the console of this folder in it where one is named, and returns its path.
    pub fn build(self, console: Option<&Path>) -> Result<PathBuf> {
        let mut build = cargo(&["build", "--package", "countermand-cli", "--locked"]);
        build.args((self == Self::Release).then_some("--release"));
        match console {
            Some(folder) => build.env("COUNTERMAND_CONSOLE", folder),
            None => build.env_remove("COUNTERMAND_CONSOLE"),
        };
        run("build the command line", &mut build)?;
        Ok(self.binary())
    }
}
