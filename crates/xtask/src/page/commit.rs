//! The commit that a page is built from.

use anyhow::{Context, Result};

use crate::step::command;

/// The repository's commit.
#[derive(Debug)]
pub struct Commit {
    name: String,
    changed: bool,
}

impl Commit {
    /// Reads the checked-out commit, and whether files differ from it.
    pub fn of_repository() -> Result<Self> {
        let name = git(&["rev-parse", "HEAD"])?;
        let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
        Ok(Self { name, changed })
    }

    /// Returns a commit of this name without changes.
    #[cfg(test)]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            changed: false,
        }
    }

    /// Returns the hash.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether files differ from the commit.
    pub fn is_changed(&self) -> bool {
        self.changed
    }
}

/// Runs git and returns what it prints. The text is empty outside a repository, as in an archive of the files.
fn git(arguments: &[&str]) -> Result<String> {
    let output = command("git")
        .args(arguments)
        .output()
        .context("git is needed to name the commit")?;
    if !output.status.success() {
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
