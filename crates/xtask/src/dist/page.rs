//! The page as it was built, and what it was built from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use countermand_page::{CONNECTIONS, ENCODINGS, INDEX, MANIFEST};

use super::hosts;
use crate::{
    project,
    step::{command, run},
};

/// The other page, for hosts that cannot set headers.
pub(super) const META: &str = "meta";

/// The page's own files.
#[derive(Debug)]
pub(super) struct Page(Vec<(String, Vec<u8>)>);

impl Page {
    /// Those in a folder that Trunk built, or that was made here.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for name in files_of(folder)? {
            if is_of_the_page(&name) {
                let file = folder.join(&name);
                let content = fs::read(&file).with_context(|| file.display().to_string())?;
                files.push((name, content));
            }
        }
        if !files.iter().any(|(name, _)| name == INDEX) {
            bail!("there is no page in {}", folder.display());
        }
        Ok(Self(files))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (name, content) in &self.0 {
            let file = folder.join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&file, content).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }
}

/// Neither a compressed form, nor what is made here for hosts.
pub(super) fn is_of_the_page(name: &str) -> bool {
    let compressed = ENCODINGS
        .iter()
        .any(|(_, ending)| name.ends_with(&format!(".{ending}")));
    let made_here = name == MANIFEST || name == CONNECTIONS || hosts::is_of_a_host(name);
    !compressed && !made_here && !name.starts_with(&format!("{META}/"))
}

/// The names of all files in a folder, with `/` between folders, sorted.
pub fn files_of(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    list(folder, "", &mut names)?;
    names.sort();
    Ok(names)
}

fn list(folder: &Path, within: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .with_context(|| entry.path().display().to_string())?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{within}{name}/"), names)?;
        } else {
            names.push(format!("{within}{name}"));
        }
    }
    Ok(())
}

/// Gives the page's worker the list of the files as they are now: to be done after the last change to
/// any of them.
pub fn list_shell(folder: &Path) -> Result<()> {
    let mut list = command("sh");
    list.arg(project::root().join("web/shell-list.sh"))
        .arg(absolute(folder)?);
    run(
        "list what the page keeps for when there is no network",
        &mut list,
    )
}

fn absolute(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).with_context(|| folder.display().to_string())
}

/// What the page was built from.
#[derive(Debug)]
pub struct Commit {
    name: String,
    changed: bool,
}

impl Commit {
    /// The repository's, and whether there are changes beside it.
    pub fn of_repository() -> Result<Self> {
        let name = git(&["rev-parse", "HEAD"])?;
        let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
        Ok(Self { name, changed })
    }

    #[cfg(test)]
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            changed: false,
        }
    }

    /// Its hash.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }
}

/// What git says; nothing where this is no repository, as in an archive of its files.
fn git(arguments: &[&str]) -> Result<String> {
    let said = command("git")
        .args(arguments)
        .output()
        .context("git is needed to name the commit")?;
    if !said.status.success() {
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
