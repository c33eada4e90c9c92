//! Steps of a task: commands that are announced before and timed after.

use std::{
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::project;

/// Returns a command that runs in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    command
}

/// Returns cargo with the toolchain of this repository.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command("cargo");
    // Set by the cargo that runs this task. Inherited, they would make every build look changed.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        cargo.env_remove(name);
    }
    cargo.args(arguments);
    cargo
}

/// The time of every command that has run, for the table at the end.
static TIMES: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// Runs `command`. Its output goes where this task's goes.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    println!("\n==> {what}");
    let start = Instant::now();
    let status = command.status().with_context(|| {
        format!(
            "{what}: cannot start {}",
            command.get_program().to_string_lossy()
        )
    })?;
    if !status.success() {
        bail!("{what}: failed ({status})");
    }
    let elapsed = start.elapsed();
    println!("    {what}: done in {}", seconds(elapsed));
    times().push((what.to_owned(), elapsed));
    Ok(())
}

/// A task in numbered steps.
#[derive(Debug)]
pub struct Steps {
    total: usize,
    done: Vec<Step>,
    start: Instant,
}

/// A step that is over, with the commands that it ran.
#[derive(Debug)]
struct Step {
    name: &'static str,
    time: Duration,
    commands: Vec<(String, Duration)>,
}

impl Steps {
    /// Begins a task of so many steps.
    pub fn new(total: usize) -> Self {
        times().clear();
        Self {
            total,
            done: Vec::new(),
            start: Instant::now(),
        }
    }

    /// Announces how far the task is, and takes the next step.
    pub fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!(
            "\n=== step {} of {}: {name} ({} so far)",
            self.done.len() + 1,
            self.total,
            minutes(self.start.elapsed())
        );
        let start = Instant::now();
        let result = work();
        self.done.push(Step {
            name,
            time: start.elapsed(),
            commands: std::mem::take(&mut *times()),
        });
        result
    }

    /// Returns a table of the steps and their seconds.
    pub fn table(&self) -> String {
        let mut table = String::new();
        let mut row = |name: &str, time: Duration| {
            table.push_str(&format!("{name:62} {:>10}\n", seconds(time)));
        };
        for step in &self.done {
            row(step.name, step.time);
            for (what, time) in &step.commands {
                row(&format!("  {what}"), *time);
            }
        }
        row("together", self.start.elapsed());
        table
    }
}

/// Returns `PATH` with `folder` before everything else.
pub fn path_with(folder: &Path) -> Result<std::ffi::OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&old));
    std::env::join_paths(all).context("a folder of PATH cannot be joined")
}

fn times() -> std::sync::MutexGuard<'static, Vec<(String, Duration)>> {
    TIMES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
