//! The files from which the usual hosts read the page's headers. They are written from `countermand-page`, as the
//! responses of `countermand serve` are.

mod apache;
mod caddy;
mod headers_file;
mod nginx;
mod site;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use countermand_page::{INDEX, Origin, content_security};

use crate::page::{README, files_of};
use site::Site;

const README_TEXT: &str = include_str!("hosts/README.txt");

/// Writes the files into the folder.
pub(super) fn write(folder: &Path, connect: &[Origin]) -> Result<()> {
    let html = fs::read_to_string(folder.join(INDEX)).context(INDEX)?;
    let site = Site {
        policy: content_security::policy(&html, connect),
        files: files_of(folder)?,
    };
    for (name, text) in [
        ("_headers", headers_file::of(&site)),
        (".htaccess", apache::of(&site)),
        ("nginx.conf", nginx::of(&site)),
        ("Caddyfile", caddy::of(&site)),
        (README, README_TEXT.to_owned()),
    ] {
        fs::write(folder.join(name), text).context(name)?;
    }
    Ok(())
}
