//! `countermand runs list`.

use super::args::ListArgs;
use crate::{
    exit::Exit,
    failure::{Failure, in_words},
    output::{RunRow, print_rows, say},
    settings::ServerSession,
};

/// Lists the runs.
pub(super) async fn run(session: &ServerSession, args: &ListArgs) -> Result<Exit, Failure> {
    let runs = session.server.runs().await;
    let runs = runs
        .map_err(|error| Failure::before_sending(session.session.redactor.of(&in_words(&error))))?;
    let rows: Vec<RunRow> = runs.into_iter().map(RunRow).collect();
    print_rows(args.output, &rows)?;
    if rows.is_empty() && args.output.is_table() {
        say(&format!(
            "No runs at connection {}.",
            session.server.connection()
        ));
    }
    Ok(Exit::AsAsked)
}
