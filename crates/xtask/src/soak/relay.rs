//! A server between a run and the simulator, and what it must show at the end.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Soak,
    breaking::{Breaking, OPERATOR, Relayed, VIEWER},
    control::{Side, Simulator},
    http::exchange,
    ledger::{Cancel, Ledger},
    process::verify_by,
};
use crate::step::command;

/// A server as a process, reached over connections that break off. Dropping it ends the process.
pub struct Relay {
    process: Child,
    authority: String,
    /// The store, which has the audit.
    store: PathBuf,
    began: SystemTime,
    breaking: Option<Breaking>,
}

/// A cancel, as `verify` prints it of an audit.
#[derive(Deserialize)]
struct Audited {
    command: Option<String>,
    answer: Option<String>,
}

impl Relay {
    /// Starts a server in front of `side`, with all its files in `folder`.
    pub fn start(soak: &Soak, side: &Side, folder: &Path) -> Result<Self> {
        let (dist, audit, file) = (
            folder.join("dist"),
            folder.join("audit"),
            folder.join("serve.toml"),
        );
        fs::create_dir_all(&dist)?;
        fs::write(dist.join("index.html"), "<!doctype html><p>page")?;
        let hash = |token: &str| -> String {
            let digest = Sha256::digest(token.as_bytes());
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        fs::write(
            &file,
            format!(
                "audit = '{}'\n\
                 [[sign_in.token]]\nname = 'operator'\nsha256 = '{}'\n\
                 [[sign_in.token]]\nname = 'viewer'\nsha256 = '{}'\n\
                 [connection.fleet]\nprovider = 'applivery'\norg = '{}'\nbase_url = '{}'\n\
                 token_env = 'COUNTERMAND_TOKEN'\nrate = '100000000/h, burst 10000'\n\
                 operators = ['operator']\nviewers = ['viewer']\n",
                audit.display(),
                hash(OPERATOR),
                hash(VIEWER),
                side.org,
                side.base_url,
            ),
        )?;
        let mut serve = command(soak.profile.binary());
        serve
            .args(["serve", "--listen", "127.0.0.1:0", "--dist"])
            .arg(&dist)
            .arg("--config")
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("relay.txt"))?);
        side.give_keys(&mut serve);
        let began = SystemTime::now();
        let mut process = serve.spawn().context("start the relay")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let (said, authority) = (line.clone(), line.split_once("http://"));
        let authority = authority
            .and_then(|(_, rest)| rest.split(['"', '/']).next())
            .with_context(|| format!("the relay said {said:?}"))?;
        let target = Relayed {
            authority: authority.to_owned(),
            org: side.org.clone(),
        };
        Ok(Self {
            breaking: Some(Breaking::start(target, soak.seed)?),
            process,
            authority: authority.to_owned(),
            store: audit.join("store.sqlite"),
            began,
        })
    }

    /// Returns the provider as the run sees it.
    pub fn side(&self, side: &Side) -> Side {
        let authority = self.breaking.as_ref().map_or("", Breaking::authority);
        side.elsewhere(format!("http://{authority}/relay/fleet"), OPERATOR)
    }

    /// Checks that the server is well, ends as it is told, and has a whole audit with a response for each cancel and
    /// at least one line for each cancel that the provider saw. Returns how many requests were broken off, and how
    /// many cancels are in the audit.
    pub fn finish(mut self, soak: &Soak, simulator: &Simulator) -> Result<(u64, usize)> {
        let broken = self.breaking.take().map_or(0, Breaking::stop);
        exchange(&self.authority, "GET", "/healthz", "").context("the relay is not well")?;
        let pid = self.process.id().to_string();
        command("kill").args(["-TERM", &pid]).status()?;
        let status = self.process.wait()?;
        if !status.success() {
            bail!("the relay ended with {status}");
        }
        let audited: Vec<Audited> = verify_by(soak, &["--store"], &self.store)?;
        let missing = missing(&audited, &simulator.ledger()?, self.began);
        if !missing.is_empty() {
            bail!("the audit is not complete: {}", missing.join("; "));
        }
        Ok((broken, audited.len()))
    }
}

/// Returns what the audit lacks of the cancels that the provider saw since then.
fn missing(audited: &[Audited], ledger: &Ledger, began: SystemTime) -> Vec<String> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut missing = Vec::new();
    for cancel in audited {
        let command = cancel
            .command
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if cancel.answer.is_none() {
            missing.push(format!("{command}: no answer"));
        }
        *lines.entry(command).or_default() += 1;
    }
    for truth in &ledger.commands {
        let since = |cancel: &&Cancel| UNIX_EPOCH + Duration::from_millis(cancel.at_ms) >= began;
        let seen = truth.cancels.iter().filter(since).count();
        let command = truth.command.to_ascii_lowercase();
        let written = lines.get(&command).copied().unwrap_or(0);
        if written < seen {
            missing.push(format!("{command}: {seen} cancels, {written} lines"));
        }
    }
    missing
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended already; there is nothing of it to keep.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancel_without_a_line_and_a_line_without_an_answer_are_seen() {
        let ledger: Ledger = serde_json::from_str(
            r#"{"commands":[{"command":"A1","state":"cancelled","cancels":[
                {"at_ms":1000,"accepted":true,"seen_pending":false},
                {"at_ms":3000,"accepted":false,"seen_pending":true},{"at_ms":4000,"accepted":true,"seen_pending":true}]}],"requests":{}}"#,
        )
        .unwrap();
        let missing = |audit: &str| {
            missing(
                &serde_json::from_str::<Vec<Audited>>(audit).unwrap(),
                &ledger,
                UNIX_EPOCH + Duration::from_secs(2),
            )
        };
        let line = r#"{"command":"a1","answer":"taken"}"#;
        assert_eq!(missing(&format!("[{line},{line},{line}]")), [""; 0]);
        assert_eq!(missing(&format!("[{line}]")), ["a1: 2 cancels, 1 lines"]);
        let open = r#"{"command":"a1","answer":null}"#;
        assert_eq!(missing(&format!("[{line},{open}]")), ["a1: no answer"]);
    }
}
