//! Brakes by the rules that two persons signed beforehand.

use countermand_core_model::{Filter, KindName};
use countermand_store::Store;
use countermand_transport::{BoxFuture, SharedTimer};

use super::brake::{Brake, BrakeOrder, Braked};
use crate::{
    notices::EARLIER_MS,
    runs::{NoRuleBrake, RuleBrake, Runs},
};

/// Brakes where an automatic rule in force covers the kind of a surge.
#[derive(Clone)]
pub(crate) struct BrakeByRule {
    store: Store,
    runs: Runs,
    timer: SharedTimer,
}

impl BrakeByRule {
    pub(crate) fn new(store: Store, runs: Runs, timer: SharedTimer) -> Self {
        Self { store, runs, timer }
    }

    async fn try_rules(&self, order: &BrakeOrder) -> Braked {
        let now = self.timer.now();
        let connection = &order.connection;
        let rules = match self.store.brake_rules_in_force(connection, now).await {
            Ok(rules) => rules,
            Err(error) => {
                warn(connection, &error);
                return Braked::NeedsPerson;
            }
        };
        // Those that were found are a few: others were given before them.
        let since = order.since;
        let filter = Filter {
            kinds: vec![KindName::exact(&order.kind)],
            created_after: since.and_then(|since| since.plus_millis(-EARLIER_MS)),
            ..Filter::default()
        };
        for rule in rules.into_iter().filter(|rule| rule.automatic) {
            let braked = self
                .runs
                .brake_by_rule(connection, &rule.id, filter.clone())
                .await;
            match braked {
                Ok(RuleBrake::Started(run) | RuleBrake::UnderWay(run)) => {
                    let rule = rule.id;
                    return Braked::Braked { run, rule };
                }
                Err(NoRuleBrake::NotCovered) => {}
                Err(error) => warn(connection, &error),
            }
        }
        Braked::NeedsPerson
    }
}

impl Brake for BrakeByRule {
    fn press(&self, order: BrakeOrder) -> BoxFuture<'static, Braked> {
        let this = self.clone();
        Box::pin(async move { this.try_rules(&order).await })
    }
}

fn warn(connection: &str, error: &(dyn std::error::Error + 'static)) {
    tracing::error!(target: "countermand_server::watch", connection, error, "a rule cannot be used: a person has to brake");
}
