//! What needs no test to be seen.

use anyhow::Result;

use crate::{
    project,
    step::{cargo, run},
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

/// Formatting, clippy for both targets, documentation, licences.
pub fn lint() -> Result<()> {
    run("formatting", &mut cargo(&["fmt", "--all", "--check"]))?;
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
    tools::wasm_target()?;
    let mut clippy = cargo(&["clippy", "--locked", "--target", "wasm32-unknown-unknown"]);
    clippy.args(["--features", "countermand-transport/fetch"]);
    for package in IN_BROWSER {
        clippy.args(["--package", package]);
    }
    clippy
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", project::wasm_target());
    run("clippy, browser", &mut clippy)?;
    run(
        "documentation",
        cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    let deny = tools::CARGO_DENY.folder()?.join("cargo-deny");
    // Advisories need a database from the network; they are for a person to run.
    run(
        "licences, sources, doubled dependencies",
        crate::step::command(deny).args([
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]),
    )
}
