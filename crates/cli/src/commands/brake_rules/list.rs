//! `countermand brake-rules list`.

use super::{args::ListArgs, refused::failure};
use crate::{
    commands::sweep_words::filter_words,
    exit::Exit,
    failure::Failure,
    output::{BrakeRuleRow, print_rows, say},
    settings::ServerSession,
};

/// Lists the rules.
pub(super) async fn run(session: &ServerSession, args: &ListArgs) -> Result<Exit, Failure> {
    let rules = session.server.brake_rules().await;
    let rules = rules.map_err(|error| failure(session, None, &error))?;
    let all = rules.len();
    let rows: Vec<BrakeRuleRow> = rules
        .into_iter()
        .flatten()
        .map(|rule| BrakeRuleRow {
            words: filter_words(&rule.sweep.filter),
            rule,
        })
        .collect();
    let unread = all - rows.len();
    let is_empty = all == 0;
    print_rows(args.output, &rows)?;
    if is_empty && args.output.is_table() {
        let connection = session.server.connection();
        say(&format!("No brake rules at connection {connection}."));
    }
    if unread > 0 {
        say(&format!("{unread} more cannot be read by this version."));
        return Ok(Exit::NotCancelled);
    }
    Ok(Exit::AsAsked)
}
