//! A long run of the real command line under every kind of fault and some SIGKILLs, compared with the simulator's
//! ledger.

mod arguments;
mod breaking;
mod control;
mod faults;
mod http;
mod journal;
mod judge;
mod ledger;
mod outcome;
mod process;
mod relay;
mod scenario;
mod servers;
mod table;
mod trial;

pub use arguments::Soak;
pub use control::Simulator;
pub use http::exchange_with;

use anyhow::{Result, bail};

use scenario::Scenario;

/// Runs the soak. Fails if any invariant is broken.
pub fn soak(soak: &Soak) -> Result<()> {
    soak.profile.build(None)?;
    println!(
        "\n==> soak: {} targets on {} devices for each scenario, {} SIGKILLs, seed {}",
        soak.targets, soak.devices, soak.kills, soak.seed
    );
    let mut columns = Vec::new();
    let scenarios = Scenario::ALL.into_iter().enumerate();
    for (number, scenario) in
        scenarios.filter(|(_, scenario)| scenario.servers.is_some() || !soak.servers_only)
    {
        columns.push((scenario, trial::run(soak, number, scenario)?));
    }
    print!("\n{}", table::of(&columns));
    let unmet = columns
        .iter()
        .filter(|(_, verdict)| !verdict.is_clean())
        .count();
    if unmet > 0 {
        bail!("{unmet} of {} scenarios do not hold", columns.len());
    }
    Ok(())
}
