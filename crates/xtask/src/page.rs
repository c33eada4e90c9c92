//! Building the console's page: for release, and sooner for the demo.

mod bundle;
mod commit;
mod files;
mod manifest;
mod minify;
mod paths;
mod program;
mod split;

pub use commit::Commit;
#[cfg(test)]
pub use files::is_for_a_host;
pub use files::{META, Page, README, files_of, list_shell};
pub use manifest::write as write_manifest;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{project, tools};
use bundle::For;
use program::Program;

/// Builds the page for release into `dist/`, and returns that folder.
pub fn build() -> Result<PathBuf> {
    tools::wasm_target()?;
    bundle::write(&project::dist(), &Program::for_release()?, For::Release)?;
    paths::none_in(&project::dist())?;
    finish(project::dist())
}

/// Builds the page for the demo, and returns its folder.
pub fn build_demo() -> Result<PathBuf> {
    tools::wasm_target()?;
    let folder = project::demo_page();
    bundle::write(&folder, &Program::for_demo()?, For::Demo).context("the demo's page")?;
    finish(folder)
}

/// Builds the page so that its program tells of each function that is called, and writes the lists of those that `visit`
/// returns for each part.
pub fn profile(visit: impl FnOnce(&Path) -> Result<Vec<Vec<u32>>>) -> Result<()> {
    tools::wasm_target()?;
    let whole = program::Whole::for_release()?;
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("page");
    bundle::write(&page, &whole.profiled()?, For::Demo)?;
    let called = visit(&page)?;
    let lists = split::lists(&whole.wasm, &called)?;
    for part in 0..called.len() {
        println!("part {}: {} functions", part + 1, lists.len(part));
    }
    fs_err::write(program::lists(), lists.write())?;
    Ok(())
}

fn finish(folder: PathBuf) -> Result<PathBuf> {
    list_shell(&folder)?;
    write_manifest(&folder, &Commit::of_repository()?)?;
    Ok(folder)
}
