//! A browser and its driver.

use std::path::Path;

use anyhow::{Result, bail};

use crate::step;

/// Where Debian's packages put them, and where the tests look.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromedriver"];

/// Installs Debian's packages where they are missing.
pub fn chromium() -> Result<()> {
    if PROGRAMS.iter().all(|program| Path::new(program).exists()) {
        return Ok(());
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!(
            "the browser tests need {}: install Chromium and its driver",
            PROGRAMS.join(" and ")
        );
    }
    println!(
        "Chromium and its driver are missing: installing Debian's packages chromium and chromium-driver"
    );
    step::run(
        "read Debian's list of packages",
        step::command("apt-get").args(["update", "-qq"]),
    )?;
    step::run(
        "install chromium and chromium-driver",
        step::command("apt-get")
            .args([
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
                "fonts-dejavu-core",
            ])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}
