//! What comes from npm.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{project, step};

const BINARYEN: &str = "132.0.0";

/// Makes the built WebAssembly smaller. Gives the program's path.
pub fn wasm_opt() -> Result<PathBuf> {
    let folder = project::tool_cache()?.join(format!("binaryen-{BINARYEN}"));
    let program = folder.join("node_modules/.bin/wasm-opt");
    if !program.exists() {
        println!("wasm-opt is missing: installing npm's binaryen {BINARYEN} into {}", folder.display());
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut npm = step::command("npm");
        npm.args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"])
            .arg(format!("binaryen@{BINARYEN}"))
            .arg("--prefix")
            .arg(&folder);
        step::run("install binaryen", &mut npm)?;
    }
    Ok(program)
}

/// The packages of the browser tests, as their lock file says.
pub fn e2e_packages() -> Result<()> {
    let folder = project::root().join("tests/e2e");
    let wanted = fs::read(folder.join("package-lock.json")).context("tests/e2e/package-lock.json")?;
    // npm writes no copy of the lock file that compares equal, so one is kept beside what it installed.
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("the packages of tests/e2e are missing or old: installing them from npm");
    step::run(
        "install the packages of tests/e2e",
        step::command("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder),
    )?;
    fs::write(&installed, wanted).context("tests/e2e/node_modules")
}
