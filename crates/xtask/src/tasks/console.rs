//! Building the console.

mod paths;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{
    dist::{self, Commit},
    project,
    step::{command, path_with, run},
    tools,
};

/// What a first load may weigh, compressed.
const AIM_KB: f64 = 150.0;

/// Builds the console for release into `dist/`, and prints what a browser downloads.
pub fn web() -> Result<()> {
    build(true)?;
    print_sizes()
}

/// Builds the console into `dist/`.
pub fn build(release: bool) -> Result<()> {
    tools::wasm_target()?;
    let trunk = tools::TRUNK.folder()?.join("trunk");
    let mut build = command(trunk);
    build
        .args(["build", "--locked"])
        .env("PATH", path_with(&tools::WASM_BINDGEN.folder()?)?)
        .env("CARGO_TARGET_DIR", project::wasm_target())
        // Trunk reads it as its own option and wants `true` or `false`.
        .env_remove("NO_COLOR");
    if release {
        build.arg("--release").env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            paths::remapped()?,
        );
    }
    run(
        if release {
            "build the console for release"
        } else {
            "build the console"
        },
        &mut build,
    )?;
    if release {
        paths::none_in(&project::dist())?;
    }
    dist::list_shell(&project::dist())?;
    dist::write_manifest(&project::dist(), &Commit::of_repository()?)
}

fn print_sizes() -> Result<()> {
    let mut total = (0, 0);
    println!("\nfirst load of the console          bytes    brotli");
    for entry in fs::read_dir(project::dist()).context("dist/")? {
        let path = entry?.path();
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if !matches!(kind, "wasm" | "js" | "css" | "html" | "svg") {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        let small = dist::brotli(&bytes)?.len();
        total = (total.0 + bytes.len(), total.1 + small);
        println!("  {:30} {:>8}  {:>8}", kind, bytes.len(), small);
    }
    let kb = total.1 as f64 / 1000.0;
    println!(
        "  {:30} {:>8}  {:>8}   ({kb:.1} kB; the aim is below {AIM_KB} kB)",
        "together", total.0, total.1
    );
    if total.1 == 0 {
        bail!("dist/ holds no console");
    }
    Ok(())
}
