//! The console with a simulated fleet of both providers.

use anyhow::{Result, bail};

use crate::{
    command_line::Profile,
    page,
    step::{Steps, command, run},
    tools,
};

/// Where the demo is, if nothing else is said.
const ADDRESS: &str = "127.0.0.1:8080";

/// Builds what is missing, serves it and prints where. With `--incident`, a wrong command has just gone to every device.
pub fn demo(arguments: &[&str]) -> Result<()> {
    let (incident, address) = match arguments {
        [] => (None, ADDRESS),
        ["--incident"] => (Some("--incident"), ADDRESS),
        ["--incident", address] | [address, "--incident"] => (Some("--incident"), *address),
        [address] => (None, *address),
        _ => bail!("demo takes --incident and an address, and nothing else"),
    };
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
                .args(incident)
                .arg("--dist")
                .arg(page),
        )
    })
}
