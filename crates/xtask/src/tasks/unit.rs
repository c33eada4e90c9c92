//! Tests without a browser.

use anyhow::Result;

use crate::{
    step::{cargo, path_with, run},
    tools,
};

/// Tests of the crates, of the command line as a process, of the contracts over real HTTP, of the documentation.
pub fn unit() -> Result<()> {
    let path = path_with(&tools::NEXTEST.folder()?)?;
    run(
        "tests of the crates",
        cargo(&[
            "nextest",
            "run",
            "--workspace",
            "--all-features",
            "--locked",
        ])
        .env("PATH", path),
    )?;
    run(
        "tests in the documentation",
        &mut cargo(&[
            "test",
            "--workspace",
            "--all-features",
            "--doc",
            "--locked",
            "--quiet",
        ]),
    )
}
