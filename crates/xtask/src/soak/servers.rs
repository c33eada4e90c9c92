//! Servers that drive a run, which the command line hands over and leaves.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use countermand_relay_api::{Approval, Run, RunList, RunState};
use countermand_test_postgres::Postgres;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Soak, breaking::OPERATOR, control::Side, http::exchange_with, scenario::Servers};
use crate::step::command;

/// Longer than any run takes.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// How long it may take until somebody works on a run again.
const LONGEST_TAKEOVER: Duration = Duration::from_secs(15);

/// A run that is stopped with something left open so often will never finish.
const MOST_LEFT: usize = 5;

/// Whoever approves what the operator asks for.
const APPROVER: &str = "a-t0ken-of-the-approver";

/// Servers that share a store.
pub struct House<'a> {
    soak: &'a Soak,
    servers: Servers,
    side: &'a Side,
    folder: PathBuf,
    postgres: Option<(Postgres, String)>,
    instances: Vec<Instance>,
}

/// A server as a process. Dropping it ends the process.
struct Instance {
    process: Child,
    authority: String,
    /// Its name in the audit.
    id: String,
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have ended already; there is nothing of it to keep.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl<'a> House<'a> {
    /// Starts the servers in front of `side`, with all their files in `folder`.
    pub fn start(soak: &'a Soak, servers: Servers, side: &'a Side, folder: &Path) -> Result<Self> {
        let postgres = match servers {
            Servers::One => None,
            Servers::Two => {
                let postgres = Postgres::start_durable()?;
                let url = postgres.database()?;
                Some((postgres, url))
            }
        };
        let mut house = Self {
            soak,
            servers,
            side,
            folder: folder.to_owned(),
            postgres,
            instances: Vec::new(),
        };
        let count = match servers {
            Servers::One => 1,
            Servers::Two => 2,
        };
        for number in 0..count {
            let instance = house.serve(number)?;
            house.instances.push(instance);
        }
        Ok(house)
    }

    fn serve(&self, number: usize) -> Result<Instance> {
        let own = self.folder.join(format!("server-{number}"));
        let dist = own.join("dist");
        fs::create_dir_all(&dist)?;
        fs::write(dist.join("index.html"), "<!doctype html><p>page")?;
        let store = match &self.postgres {
            Some((_, url)) => url.clone(),
            None => own.join("store.sqlite").display().to_string(),
        };
        let file = own.join("serve.toml");
        fs::write(
            &file,
            format!(
                "audit = '{}'\nstore = '{store}'\n\
                 [[sign_in.token]]\nname = 'operator'\nsha256 = '{}'\n\
                 [[sign_in.token]]\nname = 'approver'\nsha256 = '{}'\n\
                 [connection.fleet]\nprovider = 'applivery'\norg = '{}'\nbase_url = '{}'\n\
                 token_env = 'COUNTERMAND_TOKEN'\nrate = '{}/h, burst 10000'\n\
                 operators = ['operator', 'approver']\napproval = {{ targets = 0 }}\n",
                own.join("audit").display(),
                sha256(OPERATOR),
                sha256(APPROVER),
                self.side.org,
                self.side.base_url,
                self.soak.per_hour,
            ),
        )?;
        let messages = File::options()
            .create(true)
            .append(true)
            .open(own.join("messages.txt"))?;
        let mut serve = command(self.soak.profile.binary());
        serve
            .args(["serve", "--listen", "127.0.0.1:0", "--dist"])
            .arg(&dist);
        serve.arg("--config").arg(&file);
        serve.stdout(Stdio::piped()).stderr(messages);
        self.side.give_keys(&mut serve);
        let mut process = serve.spawn().context("start the server")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let authority = line.split_once("http://");
        let authority = authority.and_then(|(_, rest)| rest.split(['"', '/']).next());
        let authority = authority
            .with_context(|| format!("the server said {line:?}; see {}", own.display()))?
            .to_owned();
        let started = self.audited(number, "\"server_started\"")?;
        let id = started.last().and_then(|line| line["server"].as_str());
        let id = id.context("no server is in the audit")?.to_owned();
        Ok(Instance {
            process,
            authority,
            id,
        })
    }

    /// Returns the lines of the audit in the store of a server that have these words.
    fn audited(&self, number: usize, words: &str) -> Result<Vec<Value>> {
        let config = self.folder.join(format!("server-{number}/serve.toml"));
        let mut export = command(self.soak.profile.binary());
        export.args(["serve", "audit", "export", "--config"]);
        self.side.give_keys(&mut export);
        let output = export.arg(config).output().context("export the audit")?;
        if !output.status.success() {
            bail!("export: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout)?;
        let lines = text.lines().filter(|line| line.contains(words));
        lines.map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Hands a run over, leaves it, and kills a server at each of the moments, which are parts of the targets. Returns
    /// how many were killed.
    pub fn drive(&mut self, moments: &[f64]) -> Result<u32> {
        let run = self.hand_over()?;
        let mut kills = 0;
        let mut rng = fastrand::Rng::with_seed(self.soak.seed);
        for moment in moments {
            let lines = self.wait(&run, *moment)?;
            let victim = match self.servers {
                Servers::One => 0,
                // Whoever works on it: the other one only watches.
                Servers::Two => self.owner(&run)?.unwrap_or_else(|| rng.usize(0..2)),
            };
            self.instances[victim].process.kill()?;
            self.instances[victim].process.wait()?;
            kills += 1;
            let killed_at = Instant::now();
            if self.servers == Servers::One {
                self.instances[victim] = self.serve(victim)?;
            }
            let taken_over = self.goes_on(&run, victim, lines)?;
            println!(
                "    a server was killed at {:.1}%, and the run went on after {:.1} s",
                moment * 100.0,
                (taken_over - killed_at).as_secs_f64()
            );
            if taken_over - killed_at > LONGEST_TAKEOVER {
                bail!(
                    "the takeover took longer than {} s",
                    LONGEST_TAKEOVER.as_secs()
                );
            }
            if self.servers == Servers::Two {
                self.instances[victim] = self.serve(victim)?;
            }
        }
        self.finish(&run)?;
        Ok(kills)
    }

    /// Starts the run as a person does, who then goes away.
    fn hand_over(&self) -> Result<String> {
        let server = format!("http://{}", self.instances[0].authority);
        let messages = File::create(self.folder.join("messages.txt"))?;
        let mut person = command(self.soak.profile.binary())
            .arg("cancel")
            .args(&self.side.devices)
            .args(["--all-pending", "--yes", "--server", &server])
            .args(["--concurrency", "32", "--reason", "a soak"])
            .args(["--verify-for", &format!("{}s", self.soak.verify_for)])
            .env("COUNTERMAND_SERVER_TOKEN", OPERATOR)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages)
            .spawn()
            .context("start cancel --server")?;
        let since = Instant::now();
        let run = loop {
            let list: RunList = self.ask(0, "GET", "")?;
            if let Some(run) = list.runs.into_iter().next() {
                break run.id;
            }
            if let Some(status) = person.try_wait()? {
                bail!("cancel --server ended ({status}) without a run");
            }
            if since.elapsed() > PATIENCE {
                bail!("cancel --server started no run");
            }
            thread::sleep(Duration::from_millis(20));
        };
        self.approve(&run)?;
        self.wait(&run, 0.01)?;
        person.kill()?;
        person.wait()?;
        Ok(run)
    }

    /// Approves the run as somebody else, once it was read.
    fn approve(&self, run: &str) -> Result<()> {
        let since = Instant::now();
        let path = format!("/relay/fleet/approvals/{run}");
        let ask = |method, body| {
            let headers =
                format!("authorization: Bearer {APPROVER}\r\nsec-fetch-site: same-origin\r\n");
            exchange_with(&self.instances[0].authority, method, &path, &headers, body)
        };
        loop {
            let approval: Approval = serde_json::from_slice(&ask("GET", "")?)?;
            if !approval.is_reading {
                println!(
                    "    {} commands were read for the approver in {:.1} s",
                    approval.count,
                    since.elapsed().as_secs_f64()
                );
                break;
            }
            if since.elapsed() > PATIENCE {
                bail!("the run is not read: {approval:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        ask("POST", r#"{"decision":"approve"}"#)?;
        Ok(())
    }

    /// Waits until this part of the targets is settled, and returns how many lines the journal has.
    fn wait(&self, run: &str, part: f64) -> Result<u64> {
        let since = Instant::now();
        loop {
            let now = self.run(run)?;
            if now.done as f64 >= part * f64::from(self.soak.targets) || now.state.is_over() {
                return Ok(now.lines);
            }
            if since.elapsed() > PATIENCE {
                bail!("the run does not go on: {now:?}");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the journal has more lines than these and than when somebody looked after the kill.
    fn goes_on(&self, run: &str, victim: usize, lines: u64) -> Result<Instant> {
        let since = Instant::now();
        let alive = match self.servers {
            Servers::One => victim,
            Servers::Two => 1 - victim,
        };
        let mut before = lines;
        let at_kill: Run = self.ask(alive, "GET", &format!("/{run}"))?;
        before = before.max(at_kill.lines);
        loop {
            let now: Run = self.ask(alive, "GET", &format!("/{run}"))?;
            if now.lines > before || now.state.is_over() {
                return Ok(Instant::now());
            }
            if since.elapsed() > 4 * LONGEST_TAKEOVER {
                bail!("nobody has taken the run over: {now:?}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns which server works on the run, as the audit has it.
    fn owner(&self, run: &str) -> Result<Option<usize>> {
        let mut lines = self.audited(0, run)?;
        lines.retain(|line| line["event"] == "run_begun" || line["event"] == "run_ended");
        let last = lines.last().filter(|line| line["event"] == "run_begun");
        let server = last.and_then(|line| line["server"].as_str());
        let mut instances = self.instances.iter();
        Ok(server.and_then(|server| instances.position(|instance| instance.id == server)))
    }

    fn finish(&self, run: &str) -> Result<()> {
        let since = Instant::now();
        let mut left = 0;
        loop {
            let now = self.run(run)?;
            match now.state {
                RunState::Finished => return Ok(()),
                // Targets that could not be read are left for the next resumption.
                RunState::Stopped if left < MOST_LEFT => {
                    left += 1;
                    let _: Run = self.ask(0, "POST", &format!("/{run}/resume"))?;
                }
                _ if since.elapsed() > PATIENCE => bail!("the run does not end: {now:?}"),
                _ => thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Writes the journal of the newest run into a file, and returns that.
    pub fn journal(&self) -> Result<PathBuf> {
        let list: RunList = self.ask(0, "GET", "")?;
        let run = list.runs.into_iter().next().context("there is no run")?;
        let path = self.folder.join("journal.ndjson");
        let mut journal = Vec::new();
        loop {
            let from = journal.iter().filter(|byte| **byte == b'\n').count() + 1;
            let part = self.raw(0, "GET", &format!("/{}/journal?from={from}", run.id))?;
            if part.is_empty() {
                break;
            }
            journal.extend_from_slice(&part);
        }
        fs::write(&path, journal)?;
        Ok(path)
    }

    /// Ends the servers as they are told to, and fails where one does not end well.
    pub fn stop(mut self) -> Result<()> {
        for instance in &mut self.instances {
            let pid = instance.process.id().to_string();
            command("kill").args(["-TERM", &pid]).status()?;
            let status = instance.process.wait()?;
            if !status.success() {
                bail!("a server ended with {status}");
            }
        }
        Ok(())
    }

    fn run(&self, run: &str) -> Result<Run> {
        let mut last = None;
        for number in 0..self.instances.len() {
            match self.ask(number, "GET", &format!("/{run}")) {
                Ok(run) => return Ok(run),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("there is no server")?)
    }

    fn ask<T: serde::de::DeserializeOwned>(
        &self,
        number: usize,
        method: &str,
        path: &str,
    ) -> Result<T> {
        let body = self.raw(number, method, path)?;
        serde_json::from_slice(&body).with_context(|| format!("{method} {path}"))
    }

    fn raw(&self, number: usize, method: &str, path: &str) -> Result<Vec<u8>> {
        let headers =
            format!("authorization: Bearer {OPERATOR}\r\nsec-fetch-site: same-origin\r\n");
        let path = format!("/relay/fleet/runs{path}");
        exchange_with(
            &self.instances[number].authority,
            method,
            &path,
            &headers,
            "",
        )
    }
}

fn sha256(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
