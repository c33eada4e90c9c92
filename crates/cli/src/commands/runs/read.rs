//! `countermand runs read`.

use countermand_core_model::CommandState;

use super::{args::RunArgs, failure::failure};
use crate::{
    exit::Exit,
    failure::Failure,
    output::{ReadRow, print_rows, say},
    settings::ServerSession,
    signals::Signals,
};

/// Has the server read again what the journal of a run left open.
pub(super) async fn run(
    session: &ServerSession,
    args: &RunArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let mut rows: Vec<ReadRow> = Vec::new();
    loop {
        let ask = session.server.read_again(&args.id, rows.len() as u64);
        let read = tokio::select! {
            read = ask => read.map_err(|error| failure(session, &args.id, &error))?,
            () = signals.next() => return Err(Failure::before_sending("Interrupted.")),
        };
        let is_last = read.left == 0 || read.targets.is_empty();
        rows.extend(read.targets.into_iter().map(ReadRow));
        if is_last {
            break;
        }
    }
    print_rows(args.output, &rows)?;
    if rows.is_empty() && args.output.is_table() {
        say("Nothing is left open.");
    }
    Ok(exit(&rows))
}

/// Everything that was left open is cancelled, or will not run; or something may run, or is not known.
fn exit(rows: &[ReadRow]) -> Exit {
    let will_not_run = |state: &str| {
        let states = [CommandState::Cancelled, CommandState::Expired];
        states.iter().any(|known| known.as_str() == state)
    };
    let mut states = rows.iter().map(|row| row.0.state.as_deref());
    if states.clone().any(|state| state.is_none()) {
        Exit::Unknown
    } else if states.all(|state| state.is_some_and(will_not_run)) {
        Exit::AsAsked
    } else {
        Exit::NotCancelled
    }
}
