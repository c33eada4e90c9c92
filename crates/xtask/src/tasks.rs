//! The tasks.

mod bench;
mod browser;
mod demo;
mod e2e;
mod figure;
mod lint;
mod parts;
mod unit;
mod web;

pub use bench::{bench, bench_web};
pub use browser::browser;
pub use demo::demo;
pub use e2e::{e2e, screenshots};
pub use lint::lint;
pub use parts::parts;
pub use unit::unit;
pub use web::web;

use anyhow::Result;

use crate::{
    command_line::Profile,
    dist::{Dist, dist},
    project,
    step::{Steps, command, run},
    tools,
};

/// Runs everything that CI runs, the quickest to fail first.
pub fn test() -> Result<()> {
    let mut steps = Steps::new(6);
    let result = test_in(&mut steps);
    print!("\n{}", steps.table());
    result?;
    println!("\nEverything passed.");
    Ok(())
}

fn test_in(steps: &mut Steps) -> Result<()> {
    steps.step("install the tools that are missing", tools::all)?;
    steps.step("lint", lint)?;
    steps.step("tests without a browser", unit)?;
    steps.step("tests of the crates in a browser", browser)?;
    steps.step("build the console for release", web)?;
    steps.step("the console in a browser", || e2e(&[]))
}

/// Builds the page, the folder that is made of it, and the command line around that: one file that needs no other.
pub fn binary() -> Result<()> {
    dist(&Dist::default())?;
    let binary = Profile::Release.build(Some(&project::site()))?;
    let pages = binary.with_file_name("man");
    run(
        "write the manual pages",
        command(&binary).arg("man").arg(&pages),
    )?;
    println!(
        "\n{}: the command line with the console in it; {}: its manual pages",
        binary.display(),
        pages.display()
    );
    Ok(())
}
