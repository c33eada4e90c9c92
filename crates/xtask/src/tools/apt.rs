//! What Debian's packages bring.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context, Result, bail};

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
    let _quiet = NoServices::begin()?;
    step::run(
        &format!("install {}", packages.join(" ")),
        step::command("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// While this is there, Debian's packages start no service of theirs: a program is wanted, not a server.
struct NoServices {
    made: bool,
}

/// What Debian asks before it starts one.
const POLICY: &str = "/usr/sbin/policy-rc.d";

impl NoServices {
    fn begin() -> Result<Self> {
        let made = !Path::new(POLICY).exists();
        if made {
            fs::write(POLICY, "#!/bin/sh\nexit 101\n").context(POLICY)?;
            fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755)).context(POLICY)?;
        }
        Ok(Self { made })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.made {
            // It stays only where it could not have been written either.
            let _ = fs::remove_file(POLICY);
        }
    }
}
