//! The console's page.
//!
//! What is shipped and tested is built with Trunk. The demo's page is built here in a fraction of the time, from the
//! same `web/index.html`: see [`bundle`].

mod bundle;
mod commit;
mod files;
mod manifest;
mod paths;

pub use commit::Commit;
#[cfg(test)]
pub use files::is_for_a_host;
pub use files::{META, Page, README, files_of, list_shell};
pub use manifest::write as write_manifest;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{
    project,
    step::{cargo, command, path_with, run},
    tools,
};

/// Builds the page for release into `dist/`, and returns that folder.
pub fn build() -> Result<PathBuf> {
    tools::wasm_target()?;
    let trunk = tools::TRUNK.folder()?.join("trunk");
    let mut build = command(trunk);
    build
        .args(["build", "--locked", "--release"])
        .env("PATH", path_with(&tools::WASM_BINDGEN.folder()?)?)
        .env("CARGO_TARGET_DIR", project::wasm_target())
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            paths::remapped()?,
        )
        // Trunk reads it as its own option and wants `true` or `false`.
        .env_remove("NO_COLOR");
    run("build the console for release", &mut build)?;
    paths::none_in(&project::dist())?;
    finish(project::dist())
}

/// Builds the page for the demo, and returns its folder.
pub fn build_demo() -> Result<PathBuf> {
    tools::wasm_target()?;
    let bindgen = tools::WASM_BINDGEN.folder()?.join("wasm-bindgen");
    run(
        "build the console",
        cargo(&["build", "--locked", "--package", "countermand-web"])
            .args(["--target", "wasm32-unknown-unknown", "--profile", "demo"])
            .env("CARGO_TARGET_DIR", project::wasm_target()),
    )?;
    let folder = project::demo_page();
    bundle::start(&folder)?;
    run(
        "write the console's JavaScript",
        command(bindgen)
            .args(["--target", "web", "--no-typescript", "--out-name"])
            .arg(bundle::PROGRAM)
            .arg("--out-dir")
            .arg(&folder)
            .arg(project::wasm_target().join("wasm32-unknown-unknown/demo/countermand-web.wasm")),
    )?;
    bundle::finish(&folder).context("the demo's page")?;
    finish(folder)
}

fn finish(folder: PathBuf) -> Result<PathBuf> {
    list_shell(&folder)?;
    write_manifest(&folder, &Commit::of_repository()?)?;
    Ok(folder)
}
