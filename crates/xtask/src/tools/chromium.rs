//! A browser and its driver.

use anyhow::Result;

use super::apt;

/// Where Debian's packages put them, and where the tests look.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromedriver"];

/// Installs Debian's packages where they are missing.
pub fn chromium() -> Result<()> {
    apt::install(
        "Chromium with its driver",
        &PROGRAMS,
        &["chromium", "chromium-driver", "fonts-dejavu-core"],
    )
}
