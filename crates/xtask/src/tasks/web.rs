//! The page for release, and its size.

use fs_err as fs;

use anyhow::{Context, Result, bail};

use crate::{dist, page};

/// The limit of a first load, compressed.
const AIM_KB: f64 = 150.0;

/// Builds the console for release into `dist/`, and prints what a browser downloads.
pub fn web() -> Result<()> {
    let folder = page::build()?;
    let mut total = (0, 0);
    println!("\nfirst load of the console          bytes    brotli");
    for entry in fs::read_dir(&folder).context("dist/")? {
        let path = entry?.path();
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if !matches!(kind, "wasm" | "js" | "css" | "html" | "svg") {
            continue;
        }
        let bytes = fs::read(&path)?;
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
