//! The tasks.

mod bench;
mod bench_web;
mod binary;
mod browser;
mod command_line;
mod console;
mod demo;
mod e2e;
mod figure;
mod lint;
mod unit;

pub use bench::bench;
pub use bench_web::bench_web;
pub use binary::binary;
pub use browser::browser;
pub use console::{build as build_console, web};
pub use demo::demo;
pub use e2e::{e2e, screenshots};
pub use lint::lint;
pub use unit::unit;

use anyhow::Result;

/// Everything that CI runs, the quickest to fail first.
pub fn test() -> Result<()> {
    crate::tools::all()?;
    lint()?;
    unit()?;
    browser()?;
    web()?;
    e2e(&[])?;
    println!("\nEverything passed.");
    Ok(())
}
