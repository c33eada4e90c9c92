//! Tests of the crates in a headless browser.

use anyhow::Result;

use crate::{
    project,
    step::{cargo, run},
    tools,
};

/// Each package, and the arguments of its tests.
const SUITES: [(&str, &[&str]); 2] = [
    ("countermand-transport", &["--features", "fetch,fake"]),
    ("countermand-enos", &["--test", "vectors"]),
];

/// Runs each suite with wasm-bindgen's runner.
pub fn browser() -> Result<()> {
    tools::wasm_target()?;
    tools::chromium()?;
    let runner = tools::WASM_BINDGEN
        .folder()?
        .join("wasm-bindgen-test-runner");
    for (package, arguments) in SUITES {
        let mut tests = cargo(&[
            "test",
            "--locked",
            "--target",
            "wasm32-unknown-unknown",
            "--package",
            package,
        ]);
        tests
            .args(arguments)
            .env("CARGO_TARGET_DIR", project::wasm_target())
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
            .env("CHROMEDRIVER", "/usr/bin/chromedriver")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        run(&format!("{package} in a browser"), &mut tests)?;
    }
    Ok(())
}
