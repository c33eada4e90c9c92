//! Running a command, said before and timed after.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::project;

/// A command in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    command
}

/// Cargo, with the toolchain of this repository.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command("cargo");
    // Set by the cargo that runs this task; inherited, they would make every build look changed.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        cargo.env_remove(name);
    }
    cargo.args(arguments);
    cargo
}

/// Runs `command`; its output goes where this task's goes.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    println!("\n==> {what}");
    let start = Instant::now();
    let status = command.status().with_context(|| {
        format!(
            "{what}: cannot start {}",
            command.get_program().to_string_lossy()
        )
    })?;
    if !status.success() {
        bail!("{what}: failed ({status})");
    }
    println!("    {what}: done in {}", seconds(start.elapsed()));
    Ok(())
}

/// `PATH` with `folder` before everything else.
pub fn path_with(folder: &Path) -> Result<std::ffi::OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&old));
    std::env::join_paths(all).context("a folder of PATH cannot be joined")
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
