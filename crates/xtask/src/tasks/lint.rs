//! Checks that run no test.

use anyhow::Result;

use crate::{
    project,
    step::{cargo, command, run},
    tools,
};

/// Packages that also run in a browser.
const IN_BROWSER: [&str; 10] = [
    "countermand-core-model",
    "countermand-transport",
    "countermand-chain",
    "countermand-applivery",
    "countermand-enos",
    "countermand-client",
    "countermand-relay-api",
    "countermand-table",
    "countermand-console",
    "countermand-web",
];

/// Each library alone, with each set of features that makes a difference: in the workspace the features of one crate
/// hide what another forgot to ask for.
const ALONE: [(&str, &[&str]); 12] = [
    ("core-model", &[""]),
    ("relay-api", &["", "openapi"]),
    ("page", &[""]),
    ("table", &[""]),
    ("transport", &["", "tokio", "fake"]),
    ("chain", &["", "file"]),
    ("applivery", &[""]),
    ("enos", &[""]),
    ("client", &["", "file", "native"]),
    ("console", &[""]),
    ("simulator", &[""]),
    ("server", &[""]),
];

/// Checks formatting, spelling, clippy for both targets, documentation, each library alone, licences.
pub fn lint() -> Result<()> {
    run("formatting", &mut cargo(&["fmt", "--all", "--check"]))?;
    spelling()?;
    run(
        "clippy, native",
        &mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    clippy_for_the_browser()?;
    run(
        "documentation",
        cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    each_library_alone()?;
    dependencies()
}

fn spelling() -> Result<()> {
    let typos = tools::TYPOS.folder()?.join("typos");
    run(
        "spelling",
        command(typos).args(["--config", ".config/typos.toml", "--format", "brief"]),
    )
}

fn clippy_for_the_browser() -> Result<()> {
    tools::wasm_target()?;
    let mut clippy = cargo(&["clippy", "--locked", "--target", "wasm32-unknown-unknown"]);
    clippy.args(["--features", "countermand-transport/fetch"]);
    for package in IN_BROWSER {
        clippy.args(["--package", package]);
    }
    clippy
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", project::wasm_target());
    run("clippy, browser", &mut clippy)
}

fn each_library_alone() -> Result<()> {
    for (package, sets) in ALONE {
        for features in sets {
            run(
                &format!("countermand-{package} alone: {features}"),
                cargo(&["check", "--locked", "--quiet", "--no-default-features"])
                    .args(["--package", &format!("countermand-{package}")])
                    .args(["--features", features]),
            )?;
        }
    }
    Ok(())
}

fn dependencies() -> Result<()> {
    let deny = tools::CARGO_DENY.folder()?.join("cargo-deny");
    // Advisories need a database from the network; they are for a person to run.
    run(
        "licences, sources, doubled dependencies",
        command(deny).args([
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]),
    )
}
