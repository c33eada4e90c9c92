//! The paths of this machine, kept out of what is shipped: the same source gives the same bytes wherever it lies.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fs_err as fs;

use super::files::files_of;
use crate::{
    project,
    step::{cargo, command, run},
};

/// Flags of the compiler that write other names for the repository, the target folder, the packages' sources and the
/// standard library's.
pub(super) fn remapped() -> Result<String> {
    let flags: Vec<String> = names()?
        .iter()
        // Flags are separated by blanks: a page that is built below such a path works, and has it in it.
        .filter(|(path, _)| !path.to_string_lossy().contains(char::is_whitespace))
        .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
        .collect();
    Ok(flags.join(" "))
}

/// An error where a file of the built page has a path of this machine in it.
pub(super) fn none_in(folder: &Path) -> Result<()> {
    // Of the repository's own path more than its name: that may be as short as "/src".
    let own = ["crates", "web/src"].map(|folder| project::root().join(folder));
    let others = names()?.into_iter().map(|(path, _)| path);
    let paths: Vec<String> = own
        .into_iter()
        .chain(others.filter(|path| *path != project::root()))
        .map(|path| path.to_string_lossy().into_owned())
        .filter(|path| !path.contains(char::is_whitespace))
        .collect();
    none_of(&paths, folder)
}

fn none_of(paths: &[String], folder: &Path) -> Result<()> {
    for file in files_of(folder)? {
        let content = fs::read(folder.join(&file)).with_context(|| file.clone())?;
        if let Some(path) = paths.iter().find(|path| has(&content, path.as_bytes())) {
            bail!("{file} has {path} in it: it would be another file elsewhere");
        }
    }
    Ok(())
}

fn has(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|part| part == wanted)
}

/// Each path with the name that it gets.
fn names() -> Result<Vec<(PathBuf, String)>> {
    // What has no folder yet would get one only when its name is needed.
    run(
        "fetch the packages",
        &mut cargo(&["fetch", "--locked", "--quiet"]),
    )?;
    let mut names = vec![
        (project::root(), "/countermand".to_owned()),
        (project::wasm_target(), "/target".to_owned()),
    ];
    // One folder for each way to reach the registry.
    let sources = cargo_home()?.join("registry/src");
    for registry in fs::read_dir(&sources)? {
        names.push((registry?.path(), "/packages".to_owned()));
    }
    let library = PathBuf::from(rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    names.push((library, format!("/rustc/{}", compilers_commit()?)));
    Ok(names)
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_HOME") {
        return Ok(folder.into());
    }
    let home = std::env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cargo"))
}

fn compilers_commit() -> Result<String> {
    let said = rustc(&["--version", "--verbose"])?;
    let commit = said
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    commit
        .map(str::to_owned)
        .context("rustc does not say its commit")
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let said = command("rustc")
        .args(arguments)
        .output()
        .context("rustc is needed")?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_left_in_a_file_is_found_and_a_new_name_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.wasm");
        let paths = ["/elsewhere/me/countermand/crates".to_owned()];
        fs::write(&page, b"\0asm\xff/countermand/crates/client/src/lib.rs\0").unwrap();
        none_of(&paths, folder.path()).unwrap();
        fs::write(
            &page,
            b"\0asm\xff/elsewhere/me/countermand/crates/client/src/lib.rs\0",
        )
        .unwrap();
        let error = none_of(&paths, folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("page.wasm has /elsewhere/me/"), "{error}");
    }
}
