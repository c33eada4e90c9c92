//! The console with a simulated fleet of both providers.

use anyhow::Result;

use crate::{
    command_line::Profile,
    page,
    step::{Steps, command, run},
    tools,
};

/// Builds what is missing, serves it on `address` and prints where.
pub fn demo(address: &str) -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("install wasm-bindgen, if it is missing", || {
        tools::WASM_BINDGEN.folder()
    })?;
    let page = steps.step("build the console", page::build_demo)?;
    let binary = steps.step("build the command line", || Profile::Debug.build(None))?;
    print!("\n{}", steps.table());
    steps.step("serve the console", || {
        println!("\nThe demo: open http://{address} - Ctrl-C ends it");
        run(
            "demo",
            command(binary)
                .args(["serve", "--demo", "--listen", address])
                .arg("--dist")
                .arg(page),
        )
    })
}
