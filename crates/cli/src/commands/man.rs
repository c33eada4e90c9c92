//! `countermand man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, Command};

use crate::{
    exit::Exit,
    failure::Failure,
    output::{print, say},
};

/// Print the manual page, or write those of all commands into a folder.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Folder for countermand.1, countermand-cancel.1 and so on; it is created if necessary
    folder: Option<PathBuf>,
}

/// Prints or writes the pages of `definition`.
pub(super) fn run(args: &ManArgs, definition: Command) -> Result<Exit, Failure> {
    let unwritten = |error: std::io::Error| {
        Failure::before_sending(format!("the manual pages cannot be written: {error}"))
    };
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(definition)
            .render(&mut page)
            .map_err(unwritten)?;
        print(&String::from_utf8_lossy(&page))?;
        return Ok(Exit::AsAsked);
    };
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    clap_mangen::generate_to(definition, folder).map_err(unwritten)?;
    say(&format!("manual pages written to {}", folder.display()));
    Ok(Exit::AsAsked)
}
