//! What a sweep cancels, and where.

use std::collections::HashMap;

use countermand_core_model::{Device, DeviceRef, Filter, InvalidValue, SeverityRules, Timestamp};
use serde::{Deserialize, Serialize};

use super::order::SweepOrder;

/// What a sweep cancels, and where. Its plan has no target yet: the run finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    filter: Filter,
    /// Where.
    pub scope: SweepScope,
    /// How many commands are cancelled at most.
    pub at_most: Option<usize>,
}

/// The devices of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepScope {
    /// All devices of the organization.
    #[default]
    Organization,
    /// Those of the organization in whose displayed texts this occurs, without case.
    Search(String),
    /// These.
    Devices(Vec<DeviceRef>),
}

impl Sweep {
    /// Returns a sweep over the organization for the pending commands that match `filter`.
    ///
    /// # Errors
    /// When the filter narrows nothing but the time: it would mean everything that waits in the organization.
    pub fn new(mut filter: Filter) -> Result<Self, InvalidValue> {
        let names_what =
            !filter.kinds.is_empty() || filter.text.is_some() || filter.severity.is_some();
        if !names_what {
            let rule = "must name a kind, a severity or a text: without, it would mean everything that is pending in the organization";
            return Err(InvalidValue::new("filter", rule, ""));
        }
        filter.states = Default::default();
        Ok(Self {
            filter,
            scope: SweepScope::default(),
            at_most: None,
        })
    }

    /// Returns this sweep over other devices.
    #[must_use]
    pub fn over(mut self, scope: SweepScope) -> Self {
        self.scope = scope;
        self
    }

    /// Returns this sweep with a limit of the commands that it cancels.
    #[must_use]
    pub fn at_most(mut self, commands: Option<usize>) -> Self {
        self.at_most = commands;
        self
    }

    /// Returns these devices in the order in which a sweep that begins `now` looks at them, as long as it has found nothing.
    pub fn in_order(devices: Vec<Device>, now: Timestamp) -> Vec<Device> {
        let mut order = SweepOrder::beginning(now);
        for device in &devices {
            order.add(device);
        }
        let mut devices: HashMap<DeviceRef, Device> = devices
            .into_iter()
            .map(|device| (device.device.clone(), device))
            .collect();
        let order = std::iter::from_fn(|| order.next_likeliest());
        order.filter_map(|name| devices.remove(&name)).collect()
    }

    /// Returns whether surely every command that `other` would cancel would be cancelled by this sweep, too, and no more
    /// of them than this one would. It says no where it is in doubt.
    pub fn covers(&self, other: &Self) -> bool {
        let has_scope = self.scope == SweepScope::Organization || self.scope == other.scope;
        let has_most = self
            .at_most
            .is_none_or(|most| other.at_most.is_some_and(|others| others <= most));
        has_scope && has_most && self.filter.covers(&other.filter)
    }

    /// Returns this sweep with what an operator says of severity, which is in no file.
    #[must_use]
    pub fn with_severity_rules(mut self, rules: SeverityRules) -> Self {
        self.filter.severity_rules = rules;
        self
    }

    /// Returns what is cancelled.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::KindName;

    use super::*;

    fn sweep(kinds: &str) -> Sweep {
        let filter = Filter {
            kinds: KindName::parse_list("kind", kinds).unwrap(),
            ..Filter::default()
        };
        Sweep::new(filter).unwrap()
    }

    fn devices(names: &[&str]) -> SweepScope {
        SweepScope::Devices(names.iter().map(|name| name.parse().unwrap()).collect())
    }

    #[test]
    fn a_sweep_covers_what_is_no_wider_anywhere() {
        let wipes = || sweep("WIPE");
        let two = || devices(&["applivery:a", "applivery:b"]);
        let search = || SweepScope::Search("Lager".to_owned());
        assert!(sweep("WIPE,LOCK").covers(&wipes()) && !wipes().covers(&sweep("WIPE,LOCK")));
        for scope in [SweepScope::Organization, two(), search()] {
            assert!(wipes().covers(&wipes().over(scope.clone())));
            assert!(wipes().over(scope.clone()).covers(&wipes().over(scope)));
        }
        assert!(!wipes().over(search()).covers(&wipes()));
        assert!(!wipes().over(two()).covers(&wipes().over(search())));
        let one = wipes().over(devices(&["applivery:a"]));
        assert!(!wipes().over(two()).covers(&one), "only the same devices");
        let most = |most| wipes().at_most(most);
        assert!(most(None).covers(&most(Some(9))) && most(Some(9)).covers(&most(Some(9))));
        assert!(!most(Some(9)).covers(&most(None)) && !most(Some(9)).covers(&most(Some(10))));
    }
}
