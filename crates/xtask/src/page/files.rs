//! The files of a built page.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use countermand_page::{CONNECTIONS, ENCODINGS, INDEX, MANIFEST};
use fs_err as fs;

use crate::{
    project,
    step::{command, run},
};

/// The folder of the page for hosts that cannot set headers.
pub const META: &str = "meta";

/// The instructions for whoever hosts the folder.
pub const README: &str = "README.txt";

/// The files that configure a host: Netlify's and Cloudflare Pages', Apache's, nginx's, Caddy's.
const HOST_FILES: [&str; 4] = ["_headers", ".htaccess", "nginx.conf", "Caddyfile"];

/// A page in memory: the name and the content of each file.
#[derive(Debug)]
pub struct Page(Vec<(String, Vec<u8>)>);

impl Page {
    /// Reads the page's own files from a built page or from a folder that [`crate::dist`] made.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for name in files_of(folder)? {
            if is_of_the_page(&name) {
                let file = folder.join(&name);
                let content = fs::read(&file)?;
                files.push((name, content));
            }
        }
        if !files.iter().any(|(name, _)| name == INDEX) {
            bail!("there is no page in {}", folder.display());
        }
        Ok(Self(files))
    }

    /// Writes the files into `folder`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for (name, content) in &self.0 {
            let file = folder.join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&file, content)?;
        }
        Ok(())
    }
}

/// Returns whether the file is for a host or for a person, and not part of the page.
pub fn is_for_a_host(name: &str) -> bool {
    HOST_FILES.contains(&name) || name == README
}

/// Returns whether the file belongs to the page: neither a compressed form nor a file for hosts.
pub fn is_of_the_page(name: &str) -> bool {
    let compressed = ENCODINGS
        .iter()
        .any(|(_, ending)| name.ends_with(&format!(".{ending}")));
    let made_here = name == MANIFEST || name == CONNECTIONS || is_for_a_host(name);
    !compressed && !made_here && !name.starts_with(&format!("{META}/"))
}

/// Returns the names of all files in a folder, with `/` between folders, sorted.
pub fn files_of(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    list(folder, "", &mut names)?;
    names.sort();
    Ok(names)
}

fn list(folder: &Path, within: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
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

/// Writes the page's service worker with the list of the files as they are now. Call it after the last change to any
/// of them.
pub fn list_shell(folder: &Path) -> Result<()> {
    let mut list = command("sh");
    list.arg(project::root().join("web/shell-list.sh"))
        .arg(absolute(folder)?);
    run("list the files that work offline", &mut list)
}

fn absolute(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).with_context(|| folder.display().to_string())
}
