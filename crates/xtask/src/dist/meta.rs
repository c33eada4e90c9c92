//! The page for hosts that cannot set headers: it carries its policy itself, and its service worker caches that page.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use countermand_page::{INDEX, MANIFEST, Origin, WORKER, content_security};

use crate::page::{Commit, META, Page, list_shell, write_manifest};

/// The policy is inserted behind this, before everything that it is about.
const BEFORE: &str = "<meta charset=\"utf-8\">";

/// Writes the files that differ into `folder/meta`.
pub(super) fn write(folder: &Path, commit: &Commit, connect: &[Origin]) -> Result<()> {
    let html = fs::read_to_string(folder.join(INDEX)).context(INDEX)?;
    let whole = tempfile::tempdir()?;
    Page::read(folder)?.write(whole.path())?;
    fs::write(whole.path().join(INDEX), with_policy(&html, connect)?)?;
    list_shell(whole.path())?;
    write_manifest(whole.path(), commit)?;
    let meta = folder.join(META);
    fs::create_dir_all(&meta)?;
    for name in [INDEX, WORKER, MANIFEST] {
        fs::copy(whole.path().join(name), meta.join(name)).context(name)?;
    }
    Ok(())
}

fn with_policy(html: &str, connect: &[Origin]) -> Result<String> {
    let place = html
        .find(BEFORE)
        .context("the page does not say its charset")?
        + BEFORE.len();
    // Made of visible characters, without a double quote.
    let policy = content_security::policy_within(html, connect);
    let (before, after) = html.split_at(place);
    Ok(format!(
        "{before}<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_comes_before_every_script_and_has_their_hashes() {
        let html = "<head><meta charset=\"utf-8\"><title>x</title><script>alert('Hello, world.');</script>";
        let html = with_policy(html, &["https://a.example".parse().unwrap()]).unwrap();
        let policy = html.find("Content-Security-Policy").unwrap();
        assert!(policy < html.find("<script").unwrap() && policy < html.find("<title").unwrap());
        assert!(html.contains("sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="));
        assert!(html.contains("connect-src 'self' https://a.example;"));
        assert!(html.contains("require-trusted-types-for 'script'"));
        assert!(!html.contains("frame-ancestors"));
        assert!(with_policy("<head>", &[]).is_err());
    }
}
