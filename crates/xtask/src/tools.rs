//! Tools beyond rustup, installed once, at pinned versions, outside the repository.

mod apt;
mod cargo_tool;
mod npm;
mod target;

pub use apt::{chromium, hosts, wrk};
pub use cargo_tool::{CARGO_DENY, NEXTEST, TRUNK, TYPOS, WASM_BINDGEN};
pub use npm::e2e_packages;
pub use target::wasm_target;

use anyhow::Result;

/// Installs all tools.
pub fn all() -> Result<()> {
    wasm_target()?;
    for tool in [&NEXTEST, &WASM_BINDGEN, &TRUNK, &CARGO_DENY, &TYPOS] {
        tool.folder()?;
    }
    cargo_tool::clean()?;
    e2e_packages()?;
    chromium()?;
    hosts()
}
