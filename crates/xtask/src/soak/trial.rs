//! One scenario from its start to its verdict.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Result, bail};
use fs_err as fs;

use super::{
    Soak,
    control::Simulator,
    faults,
    journal::Journal,
    judge::{Evidence, Verdict, judge},
    outcome::Row,
    process::{End, Runs, verify},
    relay::Relay,
    scenario::{Scenario, Servers},
    servers::House,
};
use crate::project;

/// A run that still leaves something open after so many resumptions will never finish.
const MOST_LEFT: usize = 5;

/// Runs the scenario of this number. Its files stay in `target/soak` until the next time.
pub fn run(soak: &Soak, number: usize, scenario: Scenario) -> Result<Verdict> {
    println!("    {}", scenario.name);
    let folder = empty_folder(scenario)?;
    let simulator = Simulator::start(soak)?;
    if let Some(options) = scenario.options() {
        simulator.change_options(&options)?;
    }
    let added = simulator.add_held(scenario.provider, soak.per_device())?;
    simulator.add_faults(&faults::rules(scenario.provider))?;
    let provider = scenario.side(&simulator.about);
    if let Some(servers) = scenario.servers {
        return of_servers(soak, number, servers, &simulator, &added, &folder);
    }
    let relay = match scenario.has_relay {
        true => Some(Relay::start(soak, provider, &folder)?),
        false => None,
    };
    let side = match &relay {
        Some(relay) => relay.side(provider),
        None => provider.clone(),
    };
    let runs = Runs::new(soak, scenario, &side, &folder);

    let began = Instant::now();
    let finished = finish(soak, number, &runs)?;
    let seconds = began.elapsed().as_secs_f64();

    let verified = runs.verify()?;
    let journal = Journal::read(&runs.journal())?;
    finished.check(&journal)?;
    let ledger = simulator.ledger()?;
    if let Some(relay) = relay {
        let (broken, cancels) = relay.finish(soak, &simulator)?;
        println!("    relay: {broken} requests broken off, {cancels} cancels in its audit");
    }
    let mut verdict = judge(&Evidence {
        added: &added,
        rows: &finished.rows,
        verified: &verified,
        journal: &journal,
        ledger: &ledger,
    });
    verdict.seconds = seconds;
    verdict.kills = finished.kills;
    for device in &journal.unlisted {
        println!("    {device} could not be listed");
    }
    Ok(verdict)
}

/// Has servers drive the run and kills them at the moments of this scenario.
fn of_servers(
    soak: &Soak,
    number: usize,
    servers: Servers,
    simulator: &Simulator,
    added: &[String],
    folder: &Path,
) -> Result<Verdict> {
    let began = Instant::now();
    let mut house = House::start(soak, servers, &simulator.about.applivery, folder)?;
    let moments = moments(seed(soak, number), soak.kills);
    let kills = house.drive(&moments)?;
    let path = house.journal()?;
    let seconds = began.elapsed().as_secs_f64();
    let verified: Vec<Row> = verify(soak, &path)?;
    let journal = Journal::read(&path)?;
    let mut verdict = judge(&Evidence {
        added,
        rows: &verified,
        verified: &verified,
        journal: &journal,
        ledger: &simulator.ledger()?,
    });
    house.stop()?;
    (verdict.seconds, verdict.kills) = (seconds, kills);
    Ok(verdict)
}

/// Each scenario is killed at moments of its own.
fn seed(soak: &Soak, number: usize) -> u64 {
    soak.seed.wrapping_mul(16).wrapping_add(number as u64)
}

fn empty_folder(scenario: Scenario) -> Result<PathBuf> {
    let folder = project::target().join("soak").join(scenario.file_name());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A run that was killed and resumed until nothing was left open.
struct Finished {
    /// What the last process printed.
    rows: Vec<Row>,
    kills: u32,
    /// How often it was resumed for targets that could not be read.
    left: usize,
}

/// Runs the command line, kills it at the moments of this scenario, and resumes it until nothing is left open.
fn finish(soak: &Soak, number: usize, runs: &Runs) -> Result<Finished> {
    let mut moments = moments(seed(soak, number), soak.kills)
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
    // Targets that could not be read are left for the next resumption.
    let mut left = 0;
    while !Journal::read(&runs.journal())?.sealed && left < MOST_LEFT {
        left += 1;
        end = runs.resume(None)?;
    }
    let End::Finished(rows) = end else {
        bail!("the last run was killed");
    };
    Ok(Finished { rows, kills, left })
}

impl Finished {
    /// Checks that the journal has these kills and an end.
    fn check(&self, journal: &Journal) -> Result<()> {
        // A run that was killed before its first line left none.
        let resumed = usize::from(self.kills > 0)..=self.kills as usize + self.left;
        if !journal.sealed || !resumed.contains(&journal.resumed) {
            bail!(
                "the journal has {} resumptions of {}, and {} seal",
                journal.resumed,
                self.kills,
                if journal.sealed { "a" } else { "no" }
            );
        }
        Ok(())
    }
}

/// Returns so many rising moments between 0.1 and 0.9.
fn moments(seed: u64, count: u32) -> Vec<f64> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut moments: Vec<f64> = (0..count).map(|_| 0.1 + 0.8 * rng.f64()).collect();
    moments.sort_by(f64::total_cmp);
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_rise_lie_in_the_middle_and_come_from_the_seed() {
        let rising = moments(3, 50);
        assert!(rising.is_sorted());
        assert!(rising.iter().all(|moment| (0.1..0.9).contains(moment)));
        assert_eq!(rising, moments(3, 50));
        assert_ne!(rising, moments(4, 50));
    }
}
