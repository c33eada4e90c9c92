//! One scenario from its start to its verdict.

use std::{fs, time::Instant};

use anyhow::{Context, Result, bail};

use super::{
    Soak,
    chance::Chance,
    control::Simulator,
    faults,
    journal::Journal,
    judge::{Evidence, Verdict, judge},
    process::{End, Runs},
    relay::Relay,
    scenario::Scenario,
};
use crate::project;

/// A run that leaves something open so often, each time resumed, will never be done.
const MOST_LEFT: usize = 5;

/// Runs it. What it leaves behind stays in `target/soak` until the next time.
pub fn run(soak: &Soak, scenario: Scenario) -> Result<Verdict> {
    println!("    {}", scenario.name());
    let folder = project::target().join("soak").join(scenario.file_name());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;

    let simulator = Simulator::start(soak)?;
    if let Some(options) = scenario.options() {
        simulator.change_options(&options)?;
    }
    let added = simulator.add_held(scenario.vendor(), soak.per_device())?;
    simulator.add_faults(&faults::rules(scenario.vendor()))?;
    let vendor = scenario.side(&simulator.about);
    let relay = match scenario.has_relay() {
        true => Some(Relay::start(soak, vendor, &folder)?),
        false => None,
    };
    let side = match &relay {
        Some(relay) => relay.side(vendor),
        None => vendor.clone(),
    };
    let runs = Runs::new(soak, scenario, &side, &folder);

    let began = Instant::now();
    // Each scenario is killed at moments of its own.
    let mut moments = Chance::new(soak.seed.wrapping_mul(16).wrapping_add(scenario as u64))
        .moments(soak.kills)
        .into_iter()
        .map(Some)
        .chain([None]);
    let mut end = runs.begin(moments.next().flatten())?;
    let mut kills = 0;
    for moment in moments {
        let End::Killed = end else {
            bail!("a run that was to be killed has ended");
        };
        kills += 1;
        end = runs.resume(moment)?;
    }
    // What nobody could be asked about is left for whoever goes on.
    let mut left = 0;
    while !Journal::read(&runs.journal())?.sealed && left < MOST_LEFT {
        left += 1;
        end = runs.resume(None)?;
    }
    let End::Finished(rows) = end else {
        bail!("the last run was killed");
    };
    let seconds = began.elapsed().as_secs_f64();

    let verified = runs.verify()?;
    let journal = Journal::read(&runs.journal())?;
    // One that was ended before it had written its first line has left none.
    let resumed = usize::from(kills > 0)..=kills as usize + left;
    if !journal.sealed || !resumed.contains(&journal.resumed) {
        bail!(
            "the journal has {} resumptions of {kills}, and {} seal",
            journal.resumed,
            if journal.sealed { "a" } else { "no" }
        );
    }
    let ledger = simulator.ledger()?;
    if let Some(relay) = relay {
        let (broken, cancels) = relay.finish(soak, &simulator)?;
        println!("    relay: {broken} requests broken off, {cancels} cancels in its audit");
    }
    let mut verdict = judge(&Evidence {
        added: &added,
        rows: &rows,
        verified: &verified,
        journal: &journal,
        ledger: &ledger,
    });
    verdict.seconds = seconds;
    verdict.kills = kills;
    for device in &journal.unlisted {
        println!("    {device} could not be listed");
    }
    Ok(verdict)
}
