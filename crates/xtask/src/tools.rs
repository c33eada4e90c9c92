//! What is needed beyond rustup: installed once, at pinned versions, outside the repository.

mod apt;
mod cargo_tool;
mod chromium;
mod hosts;
mod npm;
mod target;
mod wrk;

pub use cargo_tool::{CARGO_DENY, NEXTEST, TRUNK, TYPOS, WASM_BINDGEN};
pub use chromium::chromium;
pub use hosts::hosts;
pub use npm::e2e_packages;
pub use target::wasm_target;
pub use wrk::wrk;

use anyhow::Result;

/// Installs everything.
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
