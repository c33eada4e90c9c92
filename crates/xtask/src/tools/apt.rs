//! Programs from Debian's packages.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context, Result, bail};

use crate::step;

/// Installs a browser and its driver.
pub fn chromium() -> Result<()> {
    install(
        "Chromium with its driver",
        &["/usr/bin/chromium", "/usr/bin/chromedriver"],
        &["chromium", "chromium-driver", "fonts-dejavu-core"],
    )
}

/// Installs the web servers that the tests serve the console with. None of them is started.
pub fn hosts() -> Result<()> {
    install(
        "nginx, Caddy and Apache, to serve the console with",
        &["/usr/sbin/nginx", "/usr/bin/caddy", "/usr/sbin/apache2"],
        &["nginx", "caddy", "apache2-bin"],
    )
}

/// Installs the load generator that runs are measured against.
pub fn wrk() -> Result<()> {
    install("the load generator wrk", &["/usr/bin/wrk"], &["wrk"])
}

/// Installs the database that the store's tests start, each in a folder of its own. Debian's own is not started.
pub fn postgres() -> Result<()> {
    // The programs stand in a folder for each version.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders = versions.flatten().map(|version| version.path().join("bin"));
    if folders.any(|folder| folder.join("postgres").exists()) {
        return Ok(());
    }
    install(
        "PostgreSQL",
        &["/usr/lib/postgresql/*/bin/postgres"],
        &["postgresql"],
    )
}

/// Installs `packages` if one of `programs` is missing.
fn install(what: &str, programs: &[&str], packages: &[&str]) -> Result<()> {
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

/// Keeps Debian's packages from starting their services while it lives.
struct NoServices {
    made: bool,
}

/// The script that Debian asks before it starts a service.
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
