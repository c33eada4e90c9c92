//! `countermand serve audit`: the audit of a server as a file, and the key that checks it.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use countermand_server::{
    StoreLocation,
    audit::{AuditConfig, next_lines},
};
use countermand_store::Store;

use crate::{
    exit::Exit,
    failure::{Failure, in_words},
    output::{print, say},
};

/// What is done with the audit of --config or --store.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Export the audit as a file that verify checks; the server may go on meanwhile
    Export {
        /// The file, which must not exist [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print the key that checks the audit's checkpoints: for verify --key, and not a secret. Where the server has no key
    /// yet, it is made
    Key,
}

/// Writes every line that the store has.
pub(super) async fn export(location: &StoreLocation, out: Option<&Path>) -> Result<Exit, Failure> {
    let failed =
        |error: &(dyn std::error::Error + 'static)| Failure::before_sending(in_words(error));
    let store = Store::open_beside(location).await;
    let store = store.map_err(|error| failed(&error))?;
    let mut file = match out {
        Some(path) => Some((create(path)?, path)),
        None => None,
    };
    let mut from = 1;
    while let Some((lines, next)) = next_lines(&store, from)
        .await
        .map_err(|error| failed(&error))?
    {
        match &mut file {
            Some((file, path)) => file
                .write_all(&lines)
                .map_err(|error| unwritten(path, &error))?,
            // Each line is JSON, which is UTF-8.
            None => print(&String::from_utf8_lossy(&lines))?,
        }
        from = next;
    }
    if let Some((file, path)) = &mut file {
        file.sync_all().map_err(|error| unwritten(path, &error))?;
        say(&format!(
            "Exported up to line {} into {}",
            from - 1,
            path.display()
        ));
    }
    store.close().await;
    Ok(Exit::AsAsked)
}

/// For its owner alone, as the audit itself.
fn create(path: &Path) -> Result<std::fs::File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::usage(format!(
            "{} already exists; refusing to overwrite it.",
            path.display()
        )),
        _ => unwritten(path, &error),
    })
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::before_sending(format!("Cannot write {}: {error}", path.display()))
}

/// Prints the public part of the key.
pub(super) fn print_key(config: &AuditConfig) -> Result<Exit, Failure> {
    let signer = config.signer();
    let signer = signer.map_err(|error| Failure::before_sending(in_words(&error)))?;
    print(&format!("{}\n", signer.public()))?;
    Ok(Exit::AsAsked)
}
