//! Sweeps that need no approval, because two persons agreed on them beforehand.

use countermand_client::{Plan, Sweep};
use countermand_core_model::{Filter, InvalidValue};
use countermand_store::{BrakeRuleRecord, RunRecord, StoreError};

use super::{
    order::Order,
    room::Runs,
    shared::{RunConnection, Shared},
};
use crate::sweep_terms::sweep_of_rule;

/// Who starts a brake that nobody pressed. No person has this name: theirs have no capital letter.
const WATCH: &str = "Watch";

/// What came of a brake by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleBrake {
    /// The run of this id is under way from now on.
    Started(String),
    /// The run of this id does the same, and is under way.
    UnderWay(String),
}

/// Why there is no brake by a rule.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoRuleBrake {
    /// The filter would mean everything.
    #[error(transparent)]
    Filter(#[from] InvalidValue),
    /// There is no such connection.
    #[error("there is no such connection")]
    NoConnection,
    /// The rule is not there, not in force, not automatic, or does not cover that.
    #[error("no automatic rule in force covers it")]
    NotCovered,
    /// The plan cannot be written.
    #[error("its plan cannot be written")]
    Unwritten(#[from] std::io::Error),
    /// It broke off.
    #[error("it broke off")]
    Broken,
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Runs {
    /// Starts a brake that nobody pressed, for what matches `filter`, where and for at most as many commands as the rule
    /// says. The rule is in force and automatic, and covers it. It is not started while one that does the same is under way.
    ///
    /// # Errors
    /// When there is no such rule, or the store cannot be written.
    pub(crate) async fn brake_by_rule(
        &self,
        connection: &str,
        rule: &str,
        filter: Filter,
    ) -> Result<RuleBrake, NoRuleBrake> {
        let shared = self.shared();
        let config = shared.connections.get(connection);
        let config = config.ok_or(NoRuleBrake::NoConnection)?;
        let now = shared.timer.now();
        let found = shared.store.brake_rule(connection, rule).await?;
        let found = found.filter(|rule| rule.automatic && rule.is_in_force(now));
        let allowed = found.and_then(|rule| sweep_of_rule(&rule, &config.severity_rules));
        let allowed = allowed.ok_or(NoRuleBrake::NotCovered)?;
        let sweep = Sweep::new(filter)?
            .over(allowed.scope.clone())
            .at_most(allowed.at_most)
            .with_severity_rules(config.severity_rules.clone());
        if !allowed.covers(&sweep) {
            return Err(NoRuleBrake::NotCovered);
        }
        let plan = Plan::sweeping(sweep.clone());
        let plan = config.client.encode_whole_plan(&plan)?;
        let plan = String::from_utf8(plan).map_err(std::io::Error::other)?;
        let order = Order::by_rule(plan, sweep, rule, &config.client);
        let _turn = self.sweep_turn().await;
        if let Some(run) = self.same_sweep(connection, &order).await? {
            return Ok(RuleBrake::UnderWay(run.id));
        }
        let (run, _) = self.start(connection, WATCH, &order).await?;
        Ok(RuleBrake::Started(run.id))
    }

    /// Has a sweep that would need an approval go without, where a rule in force covers it.
    pub(crate) async fn apply_rules(
        &self,
        connection: &str,
        order: &mut Order,
    ) -> Result<(), StoreError> {
        let shared = self.shared();
        if let (Some(config), Some(sweep)) = (shared.connections.get(connection), &order.sweep)
            && self.may_wait(connection, order)
        {
            order.rule = shared.covering(connection, config, sweep).await?;
        }
        Ok(())
    }

    /// Returns whether a run may go on as far as its rule is concerned, if it has one.
    pub(crate) async fn is_rule_in_force(&self, run: &RunRecord) -> Result<bool, StoreError> {
        let Some(rule) = &run.rule else {
            return Ok(true);
        };
        let shared = self.shared();
        let found = shared.store.brake_rule(&run.connection, rule).await?;
        let now = shared.timer.now();
        Ok(found.is_some_and(|rule| rule.is_in_force(now)))
    }
}

impl Shared {
    /// Returns the id of a rule in force that surely covers a sweep.
    async fn covering(
        &self,
        connection: &str,
        config: &RunConnection,
        sweep: &Sweep,
    ) -> Result<Option<String>, StoreError> {
        let now = self.timer.now();
        let rules = self.store.brake_rules_in_force(connection, now).await?;
        let covers = |rule: &BrakeRuleRecord| {
            let allowed = sweep_of_rule(rule, &config.severity_rules);
            allowed.is_some_and(|allowed| allowed.covers(sweep))
        };
        Ok(rules.into_iter().find(covers).map(|rule| rule.id))
    }
}
