//! The command line as a process.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use super::{
    Soak,
    control::Side,
    journal::Progress,
    outcome::{Row, read_rows},
    scenario::Scenario,
};
use crate::step::command;

/// Longer than any run takes.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// Starts runs over one connection into one journal.
pub struct Runs<'a> {
    soak: &'a Soak,
    scenario: Scenario,
    side: &'a Side,
    folder: PathBuf,
}

/// How a run ended.
#[derive(Debug)]
pub enum End {
    /// It was killed.
    Killed,
    /// It ended by itself, with these rows.
    Finished(Vec<Row>),
}

impl<'a> Runs<'a> {
    pub fn new(soak: &'a Soak, scenario: Scenario, side: &'a Side, folder: &Path) -> Self {
        Self {
            soak,
            scenario,
            side,
            folder: folder.to_owned(),
        }
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal.ndjson")
    }

    fn countermand(&self) -> Command {
        let mut command = command(self.soak.profile.binary());
        command
            .args(["--provider", self.scenario.provider])
            .args(["--base-url", &self.side.base_url])
            .args(["--org", &self.side.org]);
        self.side.give_keys(&mut command);
        command
    }

    /// Starts the first run, and kills it once this part of its cancels is answered; without one, waits for its end.
    pub fn begin(&self, kill_at: Option<f64>) -> Result<End> {
        let mut command = self.countermand();
        command
            .arg("cancel")
            .args(&self.side.devices)
            .arg("--all-pending")
            .args(self.scenario.filter)
            .arg("--journal")
            .arg(self.journal());
        self.follow(command, "cancel", kill_at)
    }

    /// Resumes the run that was killed.
    pub fn resume(&self, kill_at: Option<f64>) -> Result<End> {
        let mut command = self.countermand();
        command.arg("resume").arg(self.journal());
        self.follow(command, "resume", kill_at)
    }

    /// Returns the rows that `verify` prints of the journal.
    pub fn verify(&self) -> Result<Vec<Row>> {
        verify(self.soak, &self.journal())
    }

    fn follow(&self, mut command: Command, what: &str, kill_at: Option<f64>) -> Result<End> {
        let output = self.folder.join("rows.json");
        let messages = self.folder.join("messages.txt");
        let mut process = command
            .args(["--yes", "--concurrency", "32", "--rate", "100000000/h"])
            .args(["--verify-for", &format!("{}s", self.soak.verify_for)])
            .args(["--output", "json"])
            .stdin(Stdio::null())
            .stdout(File::create(&output)?)
            .stderr(File::options().create(true).append(true).open(&messages)?)
            .spawn()
            .with_context(|| format!("start {what}"))?;
        let mut progress = Progress::of(&self.journal(), self.soak.targets);
        let began = Instant::now();
        let status = loop {
            if let Some(status) = process.try_wait()? {
                break status;
            }
            let done = progress.now()?;
            let late = began.elapsed() > PATIENCE;
            if late || kill_at.is_some_and(|moment| done >= moment) {
                if self.scenario.is_stopped_by_a_person && !late {
                    let pid = process.id().to_string();
                    self::command("kill").args(["-INT", &pid]).status()?;
                } else {
                    // SIGKILL, on the systems that have it.
                    process.kill()?;
                }
                process.wait()?;
                if late {
                    bail!("{what} does not end; {}", tail(&messages));
                }
                println!("    {what}: ended when {:.1}% were answered", done * 100.0);
                return Ok(End::Killed);
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        match (status.code(), kill_at) {
            // All as asked; some not cancelled; some unknown: with such luck any of them is right.
            (Some(0 | 3 | 4), None) => {
                println!(
                    "    {what}: ended ({status}) after {:.1} s",
                    began.elapsed().as_secs_f64()
                );
                let mut bytes = Vec::new();
                File::open(&output)?.read_to_end(&mut bytes)?;
                Ok(End::Finished(read_rows(&bytes)?))
            }
            (_, Some(moment)) if status.code() != Some(1) && status.code() != Some(2) => {
                bail!(
                    "{what} ended ({status}) before {:.1}% were answered",
                    moment * 100.0
                )
            }
            _ => bail!("{what} failed ({status}); {}", tail(&messages)),
        }
    }
}

/// Returns the rows that `verify` prints of a journal. Fails where that is not whole and sealed.
pub fn verify<R: DeserializeOwned>(soak: &Soak, file: &Path) -> Result<Vec<R>> {
    verify_by(soak, &[], file)
}

/// Returns the rows that `verify` prints of what `file` is by these arguments before it.
pub fn verify_by<R: DeserializeOwned>(soak: &Soak, args: &[&str], file: &Path) -> Result<Vec<R>> {
    let output = command(soak.profile.binary())
        .arg("verify")
        .args(args)
        .arg(file)
        .args(["--output", "json"])
        .output()
        .context("verify")?;
    if output.status.code() != Some(0) {
        bail!(
            "verify {}: {}\n{}",
            file.display(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    read_rows(&output.stdout)
}

/// Returns the end of what a run printed.
fn tail(messages: &Path) -> String {
    let text = std::fs::read_to_string(messages).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(12)..)
        .unwrap_or_default()
        .join("\n")
}
