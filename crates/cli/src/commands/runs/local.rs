//! `countermand runs list` and `show` without a server: the journals in the user's folder.

use super::{
    args::{Action, ListArgs, RunArgs},
    local_run::{LocalRun, LocalState},
};
use crate::{
    exit::Exit,
    failure::Failure,
    output::{print, print_rows, say},
    run_folder::RunFolder,
};

/// Lists or shows the runs of this machine. Anything else is done by a server.
pub(super) fn run(action: &Action) -> Result<Exit, Failure> {
    let folder = RunFolder::of_user()?;
    match action {
        Action::List(args) => list(&folder, args),
        Action::Show(args) => show(&folder, args),
        Action::Resume(args) => Err(Failure::usage(format!(
            "No server given. Use --server URL. To continue a run of this machine: countermand resume {}",
            args.id
        ))),
        _ => Err(Failure::usage("No server given. Use --server URL.")),
    }
}

/// Lists the runs, the newest first. A file that is no journal, or a broken one, is reported and makes the list incomplete.
fn list(folder: &RunFolder, args: &ListArgs) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    let mut unread = Vec::new();
    for path in folder.files()? {
        match LocalRun::read(&path) {
            Ok(row) => rows.extend(row),
            Err(why) => unread.push(format!("{} {why}", path.display())),
        }
    }
    print_rows(args.output, &rows)?;
    for message in &unread {
        say(message);
    }
    if args.output.is_table() {
        let unfinished = rows.iter().find(|row| row.state == LocalState::Unfinished);
        match unfinished {
            Some(row) => say(&format!(
                "To continue an unfinished run: countermand resume {}",
                row.id
            )),
            None if rows.is_empty() => say(&format!("No runs in {}.", folder.path().display())),
            None => {}
        }
    }
    Ok(match unread.is_empty() {
        true => Exit::AsAsked,
        false => Exit::NotCancelled,
    })
}

/// Shows one run.
fn show(folder: &RunFolder, args: &RunArgs) -> Result<Exit, Failure> {
    let path = folder.journal(&args.id);
    if !path.exists() {
        return Err(Failure::before_sending(format!(
            "No run {} in {}. Use --server URL for the runs of a server.",
            args.id,
            folder.path().display()
        )));
    }
    let row = LocalRun::read(&path)
        .map_err(|why| Failure::before_sending(format!("{} {why}", path.display())))?;
    match row {
        Some(row) if args.output.is_table() => print(&row.in_full())?,
        row => print_rows(args.output, row.as_slice())?,
    }
    Ok(Exit::AsAsked)
}
