//! A server with a run that is over, and runs that wait for approval.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use countermand_relay_api::{RunList, RunState};
use fs_err as fs;
use sha2::{Digest, Sha256};

use crate::{
    command_line::Profile,
    soak::{Simulator, exchange_with},
    step::command,
};

/// Somebody who may cancel, and who starts no run.
pub const OPERATOR: &str = "operators-t0ken-0123456789abcdef";

/// Somebody who may look.
pub const VIEWER: &str = "viewers-t0ken-0123456789abcdef01";

/// Somebody who starts the runs.
const REQUESTER: &str = "requesters-t0ken-0123456789abcdef";

/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many runs wait for approval.
const WAITING: usize = 4;

/// A server as a process. Dropping it ends the process.
pub struct House {
    process: Child,
    origin: String,
    folder: PathBuf,
}

/// Ids of runs.
pub struct Runs {
    /// Of the connection `fleet`.
    pub finished: Vec<String>,
    /// Of the connection `ruled`.
    pub waiting: Vec<String>,
}

impl House {
    /// Starts a server in front of the simulator, with all its files in `folder`.
    pub fn start(simulator: &Simulator, folder: &Path) -> Result<Self> {
        let dist = folder.join("dist");
        fs::create_dir_all(&dist)?;
        fs::write(dist.join("index.html"), "<!doctype html><p>page")?;
        let config = folder.join("serve.toml");
        fs::write(&config, configuration(simulator, folder))?;
        let mut serve = command(Profile::Debug.binary());
        serve.args(["serve", "--listen", "127.0.0.1:0", "--dist"]);
        serve.arg(&dist).arg("--config").arg(&config);
        serve.stdout(Stdio::piped());
        serve.stderr(File::create(folder.join("messages.txt"))?);
        simulator.about.applivery.give_keys(&mut serve);
        let mut process = serve.spawn().context("start the server")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let house = |origin| Self {
            process,
            origin,
            folder: folder.to_owned(),
        };
        let rest = line.split_once("http://").map(|(_, rest)| rest);
        let authority = rest.and_then(|rest| rest.split(['"', '/']).next());
        let house = house(format!("http://{}", authority.unwrap_or_default().trim()));
        match authority {
            Some(_) => Ok(house),
            None => bail!("the server said {line:?}"),
        }
    }

    /// Returns the origin by which it is reached.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Starts the runs, and waits until one is over and the others are read.
    pub fn runs(&self, simulator: &Simulator) -> Result<Runs> {
        simulator.add_held("applivery", 1)?;
        let devices = &simulator.about.applivery.devices;
        let device = |number: usize| devices.get(number).context("the simulator has no devices");
        self.hand_over("fleet", device(0)?)?;
        for number in 1..=WAITING {
            self.hand_over("ruled", device(number)?)?;
        }
        Ok(Runs {
            finished: self.wait("fleet", RunState::Finished, 1)?,
            waiting: self.wait("ruled", RunState::Waiting, WAITING)?,
        })
    }

    /// Fails where the server does not say that it is well.
    pub fn is_well(&self) -> Result<()> {
        let authority = self.origin.trim_start_matches("http://");
        exchange_with(authority, "GET", "/healthz", "", "").context("the server is not well")?;
        Ok(())
    }

    /// Starts a run as a person does, who waits for nothing.
    fn hand_over(&self, connection: &str, device: &str) -> Result<()> {
        let before = self.list(connection)?.len();
        let mut person = command(Profile::Debug.binary())
            .args(["cancel", device, "--all-pending", "--yes"])
            .args(["--server", &self.origin, "--connection", connection])
            .args(["--verify-for", "2s", "--reason", "a try"])
            .env("COUNTERMAND_SERVER_TOKEN", REQUESTER)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.folder.join("person.txt"))?)
            .spawn()
            .context("start cancel --server")?;
        let begun = self.until(|| Ok(self.list(connection)?.len() > before));
        // It may have ended already.
        let _ = person.kill();
        person.wait()?;
        begun
    }

    fn wait(&self, connection: &str, state: RunState, count: usize) -> Result<Vec<String>> {
        let in_state = || -> Result<Vec<String>> {
            let runs = self.list(connection)?.into_iter();
            let runs = runs.filter(|(_, found)| *found == state);
            Ok(runs.map(|(id, _)| id).collect())
        };
        self.until(|| Ok(in_state()?.len() == count))?;
        in_state()
    }

    fn list(&self, connection: &str) -> Result<Vec<(String, RunState)>> {
        let headers = format!("authorization: Bearer {VIEWER}\r\n");
        let path = format!("/relay/{connection}/runs");
        let authority = self.origin.trim_start_matches("http://");
        let body = exchange_with(authority, "GET", &path, &headers, "")?;
        let list: RunList = serde_json::from_slice(&body)?;
        Ok(list
            .runs
            .into_iter()
            .map(|run| (run.id, run.state))
            .collect())
    }

    fn until(&self, is_so: impl Fn() -> Result<bool>) -> Result<()> {
        let since = Instant::now();
        while !is_so()? {
            if since.elapsed() > PATIENCE {
                bail!("the runs do not get there");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // It may have ended already; there is nothing of it to keep.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn configuration(simulator: &Simulator, folder: &Path) -> String {
    let side = &simulator.about.applivery;
    let mut text = format!("audit = '{}'\n", folder.join("audit").display());
    for (name, token) in [
        ("operator", OPERATOR),
        ("requester", REQUESTER),
        ("viewer", VIEWER),
    ] {
        let digest = Sha256::digest(token.as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!(
            "[[sign_in.token]]\nname = '{name}'\nsha256 = '{hash}'\n"
        ));
    }
    for (name, rule) in [("fleet", ""), ("ruled", "approval = { targets = 0 }\n")] {
        text.push_str(&format!(
            "[connection.{name}]\nprovider = 'applivery'\norg = '{}'\nbase_url = '{}'\n\
             token_env = 'COUNTERMAND_TOKEN'\nrate = '100000000/h, burst 10000'\n\
             operators = ['operator', 'requester']\nviewers = ['viewer']\n{rule}",
            side.org, side.base_url,
        ));
    }
    text
}
