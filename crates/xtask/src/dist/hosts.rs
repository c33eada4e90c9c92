//! What the usual hosts read to send the headers that the page is held to. All of it is written from
//! `countermand-page`, as the answers of `countermand serve` are.

mod apache;
mod caddy;
mod headers_file;
mod nginx;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use countermand_page::{INDEX, Origin, content_security};

use super::page::files_of;

/// Tells a person what to do with the folder.
pub(super) const README: &str = "README.txt";

const README_TEXT: &str = include_str!("hosts/README.txt");

/// Netlify's and Cloudflare Pages', Apache's, nginx's, Caddy's.
const NAMES: [&str; 4] = ["_headers", ".htaccess", "nginx.conf", "Caddyfile"];

/// What a host has to know of the page.
struct Site {
    /// The page's policy.
    policy: String,
    /// The names of all files that the host serves.
    files: Vec<String>,
}

/// Is it a file for a host, or the word to the person?
pub(super) fn is_of_a_host(name: &str) -> bool {
    NAMES.contains(&name) || name == README
}

/// Writes them into the folder.
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

/// A header's name as people write it.
fn written(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => format!("{}{rest}", first.to_ascii_uppercase()),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}
