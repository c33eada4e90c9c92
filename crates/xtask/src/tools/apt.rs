//! What Debian's packages bring.

use std::path::Path;

use anyhow::{Result, bail};

use crate::step;

/// Installs `packages` where one of `programs` is missing.
pub fn install(what: &str, programs: &[&str], packages: &[&str]) -> Result<()> {
    if programs.iter().all(|program| Path::new(program).exists()) {
        return Ok(());
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("{} must be installed: {what}", programs.join(" and "));
    }
    println!(
        "{what} is missing: installing Debian's packages {}",
        packages.join(" ")
    );
    step::run(
        "read Debian's list of packages",
        step::command("apt-get").args(["update", "-qq"]),
    )?;
    step::run(
        &format!("install {}", packages.join(" ")),
        step::command("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}
