//! `countermand brake-rules sign`, `decline` and `revoke`.

use std::io::{self, IsTerminal};

use countermand_relay_api::{BrakeRule, BrakeRuleDecision};

use super::{
    args::{RuleArgs, SignArgs},
    refused::failure,
};
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

/// Shows what another operator proposes, and signs it.
pub(super) async fn sign(
    session: &ServerSession,
    args: &SignArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let id = &args.rule.id;
    let rule = session.server.brake_rule(id).await;
    let rule = rule.map_err(|error| failure(session, Some(id), &error))?;
    let who = match rule.automatic {
        true => "the server brakes by itself, or any operator alone",
        false => "any operator brakes alone",
    };
    let why = rule.reason.as_ref();
    let why = why.map_or_else(String::new, |why| format!(" ({why})"));
    say(&visible(&format!(
        "{} proposes{why}: until {}, {who}: {}.",
        rule.by,
        rule.valid_until,
        sweep_words(&rule.sweep)
    )));
    if !args.yes {
        confirm(signals).await?;
    }
    let rule = decided(session, id, BrakeRuleDecision::Sign).await?;
    let words = format!(
        "Signed: brake rule {id} is in force until {}.",
        rule.valid_until
    );
    print(&args.rule, rule)?;
    say(&words);
    Ok(Exit::AsAsked)
}

/// Declines what another operator proposes.
pub(super) async fn decline(session: &ServerSession, args: &RuleArgs) -> Result<Exit, Failure> {
    let rule = decided(session, &args.id, BrakeRuleDecision::Decline).await?;
    print(args, rule)?;
    say(&format!("Declined brake rule {}.", args.id));
    Ok(Exit::AsAsked)
}

/// Ends a rule.
pub(super) async fn revoke(session: &ServerSession, args: &RuleArgs) -> Result<Exit, Failure> {
    let rule = decided(session, &args.id, BrakeRuleDecision::Revoke).await?;
    print(args, rule)?;
    say(&format!(
        "Revoked brake rule {}. A brake that is under way goes on: \"countermand runs stop ID\" stops it.",
        args.id
    ));
    Ok(Exit::AsAsked)
}

async fn decided(
    session: &ServerSession,
    id: &str,
    decision: BrakeRuleDecision,
) -> Result<BrakeRule, Failure> {
    let rule = session.server.decide_brake_rule(id, decision).await;
    rule.map_err(|error| failure(session, Some(id), &error))
}

fn print(args: &RuleArgs, rule: BrakeRule) -> Result<(), Failure> {
    let words = filter_words(&rule.sweep.filter);
    Ok(print_rows(args.output, &[BrakeRuleRow { rule, words }])?)
}

async fn confirm(signals: &mut Signals) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "Cannot ask for confirmation: not a terminal. Use --yes.",
        ));
    }
    match ask("Sign it?", signals).await? {
        true => Ok(()),
        false => Err(Failure::before_sending("Nothing was signed.")),
    }
}
