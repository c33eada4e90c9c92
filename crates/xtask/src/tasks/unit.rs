//! Tests without a browser.

use anyhow::Result;

use crate::{
    soak::{Soak, soak},
    step::{cargo, path_with, run},
    tools,
};

/// Runs the tests of the crates, of the command line as a process, of the contracts over real HTTP and of the
/// documentation, and a small soak.
pub fn unit() -> Result<()> {
    tools::postgres()?;
    let path = path_with(&tools::NEXTEST.folder()?)?;
    let mut tests = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--all-features",
        "--locked",
    ]);
    if std::env::var_os("CI").is_some() {
        tests.args(["--profile", "ci"]);
    }
    run("tests of the crates", tests.env("PATH", path))?;
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
    )?;
    soak(&Soak::SMALL)
}
