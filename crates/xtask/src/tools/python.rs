//! Tools of Python, each in an environment of its own.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use fs_err as fs;

use crate::{project, step};

/// Schemathesis, and everything that it needs, at pinned versions.
const SCHEMATHESIS: &str = include_str!("schemathesis.txt");

/// Installs Schemathesis, which tries a server against its OpenAPI document, if it is missing. Returns the program.
pub fn schemathesis() -> Result<PathBuf> {
    let folder = project::tool_cache()?.join("schemathesis");
    let (list, installed) = (folder.join("wanted.txt"), folder.join("installed.txt"));
    let program = folder.join("bin/schemathesis");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == SCHEMATHESIS) {
        return Ok(program);
    }
    println!("schemathesis is missing or old: installing it from PyPI");
    let mut venv = step::command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    if step::run("make an environment for Python", &mut venv).is_err() {
        bail!("python3 with its module venv is needed (in Debian: python3-venv)");
    }
    fs::write(&list, SCHEMATHESIS)?;
    let mut install = step::command(folder.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check"]);
    install.args(["--no-deps", "--requirement"]).arg(&list);
    step::run("install schemathesis", &mut install)?;
    fs::rename(&list, &installed).context("remember what is installed")?;
    Ok(program)
}
