//! `countermand verify`: checks that a journal or an audit log is intact, and summarizes it.

mod audit;
mod audit_source;
mod checkpoints;
mod file;
mod folder;
mod run;

use std::path::PathBuf;

use clap::Args;
use countermand_server::{StoreLocation, audit::NoteKey};

use self::{audit_source::AuditSource, checkpoints::Checkpoints};
use super::serve;
use crate::{args::OutputArgs, exit::Exit, failure::Failure, run_folder::journal_named};

/// Check that a journal or an audit log is intact, and summarize it. No provider is contacted.
///
/// Exit status: 0 intact and finished; 3 intact, but the run is not finished, or a server is running or was killed; 1
/// broken (the line is named); 2 no journal. A table is a summary. The other formats have a row for each target, as for
/// `cancel`, and the summary goes to standard error.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The journal of a run or its ID (`runs list`), a server's exported audit log, or a folder of audit logs
    #[arg(required_unless_present_any = ["store", "config"], conflicts_with_all = ["store", "config"])]
    journal: Option<PathBuf>,
    /// Check the audit log in this store of a server: a file of SQLite, or postgres://USER@HOST/DATABASE. A password
    /// comes from PGPASSWORD, or use --config
    #[arg(long, value_name = "STORE", value_parser = serve::store)]
    store: Option<StoreLocation>,
    /// Check the audit log in the store of the server that this file (TOML) configures
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Check the signatures of an audit log's checkpoints by this key, as `serve audit key` prints it
    #[arg(long, value_name = "KEY", num_args = 1..)]
    key: Vec<NoteKey>,
    /// Check an audit log against the checkpoints in this file, which the server appended to it
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Checks the file. A file that is neither is reported as a run's journal.
pub(super) async fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    let checks_checkpoints = !args.key.is_empty() || args.checkpoints.is_some();
    let checkpoints = || Checkpoints::read(args.key.clone(), args.checkpoints.as_deref());
    let journal = args.journal.as_deref().map(journal_named);
    let source = match &journal {
        Some(path) if path.is_dir() => {
            return folder::run(path, &checkpoints, args.output);
        }
        Some(path) if file::is_audit(path)? => AuditSource::File(path.clone()),
        Some(_) if checks_checkpoints => {
            return Err(Failure::usage(
                "--key and --checkpoints can only be used with an audit log, and this is none.",
            ));
        }
        Some(path) => return run::run(path, args.output),
        None => {
            let location = serve::store_of(args.config.as_deref(), args.store.as_ref())?;
            AuditSource::open(&location).await?
        }
    };
    let (checkpoints, output) = (checkpoints()?, args.output);
    // Reading a store waits for it, and the runtime must go on meanwhile.
    let checking = tokio::task::spawn_blocking(move || audit::run(&source, checkpoints, output));
    checking
        .await
        .map_err(|error| Failure::before_sending(format!("The check broke off: {error}")))?
}
