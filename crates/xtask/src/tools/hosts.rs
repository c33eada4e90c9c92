//! What other people serve files with.

use anyhow::Result;

use super::apt;

/// Where Debian's packages put them, and where the tests look.
const PROGRAMS: [&str; 3] = ["/usr/sbin/nginx", "/usr/bin/caddy", "/usr/sbin/apache2"];

/// Installs Debian's packages where they are missing; none of them is started.
pub fn hosts() -> Result<()> {
    apt::install(
        "nginx, Caddy and Apache, to serve the console with",
        &PROGRAMS,
        &["nginx", "caddy", "apache2-bin"],
    )
}
