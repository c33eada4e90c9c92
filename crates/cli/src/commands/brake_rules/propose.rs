//! `countermand brake-rules propose`.

use std::io::{self, IsTerminal};

use countermand_client::{Sweep, SweepScope};
use countermand_core_model::{SearchText, Timestamp};
use countermand_relay_api::{BrakeRuleRequest, SweepTerms};
use serde_json::json;

use super::{args::ProposeArgs, refused::failure};
use crate::{
    commands::{
        running::ask,
        sweep_words::{filter_words, sweep_words},
    },
    exit::Exit,
    failure::Failure,
    output::{BrakeRuleRow, print_rows, say, text::visible},
    settings::ServerSession,
    signals::Signals,
};

/// Proposes a rule.
pub(super) async fn run(
    session: &ServerSession,
    args: &ProposeArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let scope = scope(session, args).await?;
    let sweep = terms(&args.what.sweep()?.over(scope))?;
    let now = session.session.timer.now();
    let valid_until = match (args.until, args.duration) {
        (Some(until), _) => Some(until),
        (None, duration) => duration
            .and_then(|duration| i64::try_from(duration.as_millis()).ok())
            .and_then(|millis| now.as_millis().checked_add(millis))
            .and_then(Timestamp::from_millis),
    };
    let valid_until = valid_until
        .filter(|until| *until > now)
        .ok_or_else(|| Failure::usage("The rule's end must be a time in the future."))?;
    let who = match args.automatic {
        true => "the server brakes by itself, or any operator alone",
        false => "any operator brakes alone",
    };
    say(&visible(&format!(
        "Until {valid_until}, {who}: {}. Another operator has to sign this first.",
        sweep_words(&sweep)
    )));
    if !args.yes {
        confirm(signals).await?;
    }
    let request = BrakeRuleRequest {
        sweep,
        automatic: args.automatic,
        valid_until: valid_until.to_string(),
        reason: args.reason.clone(),
    };
    let rule = session.server.propose_brake_rule(&request).await;
    let rule = rule.map_err(|error| failure(session, None, &error))?;
    let sign = format!(
        "countermand brake-rules sign {}{}",
        rule.id, session.session.given
    );
    print_rows(
        args.output,
        &[BrakeRuleRow {
            words: filter_words(&rule.sweep.filter),
            rule,
        }],
    )?;
    say(&format!(
        "Proposed. For another operator to sign it: {sign}"
    ));
    Ok(Exit::AsAsked)
}

async fn confirm(signals: &mut Signals) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "Cannot ask for confirmation: not a terminal. Use --yes.",
        ));
    }
    match ask("Propose it?", signals).await? {
        true => Ok(()),
        false => Err(Failure::before_sending("Nothing was proposed.")),
    }
}

async fn scope(session: &ServerSession, args: &ProposeArgs) -> Result<SweepScope, Failure> {
    let named = &args.named;
    if let Some(search) = named.search.as_ref().map(SearchText::as_str) {
        return Ok(SweepScope::Search(search.to_owned()));
    }
    if named.is_empty() || named.all_devices {
        return Ok(SweepScope::Organization);
    }
    let client = &session.session.client;
    let targets = named.gather(Some(client.provider()))?;
    let found = targets.find(&session.session).await?;
    Ok(SweepScope::Devices(found.devices))
}

/// Returns a sweep as the contract tells it: both are written as a plan's line is.
fn terms(sweep: &Sweep) -> Result<SweepTerms, Failure> {
    let words = json!({
        "filter": sweep.filter(),
        "scope": sweep.scope,
        "at_most": sweep.at_most,
    });
    serde_json::from_value(words)
        .map_err(|error| Failure::before_sending(format!("Cannot write the rule: {error}")))
}
