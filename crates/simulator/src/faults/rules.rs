//! The rules of faults.

use std::collections::HashMap;

use crate::faults::{Fault, FaultKind};
use crate::fleet::Provider;
use crate::rng::mix;
use crate::server::operation::Operation;

/// The operation, device and command of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub(crate) operation: Operation,
    pub(crate) device: Option<(Provider, u32)>,
    pub(crate) command: Option<String>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    operation: Option<Operation>,
    device: Option<(Provider, u32)>,
    matched: u32,
    fired: u32,
}

#[derive(Debug)]
pub(crate) struct Rules {
    seed: u64,
    rules: Vec<Rule>,
    /// How often each target was asked for while some rule went by chance.
    asked: HashMap<Target, u64>,
}

impl Rules {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            rules: Vec::new(),
            asked: HashMap::new(),
        }
    }

    /// Adds a rule at the end; the operation and the device were resolved by the caller.
    pub(crate) fn add(
        &mut self,
        fault: Fault,
        operation: Option<Operation>,
        device: Option<(Provider, u32)>,
    ) {
        self.rules.push(Rule {
            fault,
            operation,
            device,
            matched: 0,
            fired: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.asked.clear();
    }

    /// The rules, each with how often it has fired.
    pub(crate) fn list(&self) -> impl Iterator<Item = (&Fault, u32)> {
        self.rules.iter().map(|rule| (&rule.fault, rule.fired))
    }

    /// What happens to this request, if anything does.
    pub(crate) fn meet(&mut self, target: &Target) -> Option<FaultKind> {
        if self.rules.is_empty() {
            return None;
        }
        let asked = if self
            .rules
            .iter()
            .any(|rule| rule.fault.probability.is_some())
        {
            let asked = self.asked.entry(target.clone()).or_default();
            *asked += 1;
            *asked
        } else {
            0
        };
        for (place, rule) in self.rules.iter_mut().enumerate() {
            if !rule.is_about(target) || rule.fault.times.is_some_and(|times| rule.fired >= times) {
                continue;
            }
            rule.matched += 1;
            if rule.matched <= rule.fault.skip {
                continue;
            }
            if let Some(probability) = rule.fault.probability
                && chance(self.seed, place, target, asked) >= probability
            {
                continue;
            }
            rule.fired += 1;
            return Some(rule.fault.fault.clone());
        }
        None
    }
}

impl Rule {
    fn is_about(&self, target: &Target) -> bool {
        let matches = &self.fault.matches;
        matches
            .provider
            .is_none_or(|provider| provider == target.operation.provider())
            && self
                .operation
                .is_none_or(|operation| operation == target.operation)
            && self
                .device
                .is_none_or(|device| Some(device) == target.device)
            && matches.command.as_ref().is_none_or(|command| {
                target
                    .command
                    .as_ref()
                    .is_some_and(|asked| asked.eq_ignore_ascii_case(command))
            })
    }
}

/// A number from 0 up to 1 that depends on what is asked for, not on when.
fn chance(seed: u64, rule: usize, target: &Target, asked: u64) -> f64 {
    let device = target.device.map_or(0, |(_, index)| u64::from(index) + 1);
    let mut parts = vec![
        seed,
        71,
        rule as u64,
        target.operation as u64,
        device,
        asked,
    ];
    parts.extend(
        target
            .command
            .iter()
            .flat_map(|command| command.bytes())
            .map(u64::from),
    );
    // 53 bits are what fits a floating-point number exactly.
    (mix(&parts) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(command: &str) -> Target {
        Target {
            operation: Operation::EnosCancel,
            device: Some((Provider::Enos, 3)),
            command: Some(command.to_owned()),
        }
    }

    #[test]
    fn a_rule_skips_then_fires_as_often_as_it_may() {
        let mut rules = Rules::new(1);
        let fault = Fault {
            skip: 1,
            ..Fault::always(FaultKind::Html).times(2)
        };
        rules.add(fault, Some(Operation::EnosCancel), None);
        let met: Vec<bool> = (0..5).map(|_| rules.meet(&target("1")).is_some()).collect();
        assert_eq!(met, [false, true, true, false, false]);
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let mut rules = Rules::new(1);
        rules.add(Fault::always(FaultKind::Html).command("2"), None, None);
        rules.add(
            Fault::always(FaultKind::Truncated),
            None,
            Some((Provider::Enos, 3)),
        );
        rules.add(Fault::always(FaultKind::LostAfter), None, None);
        assert_eq!(rules.meet(&target("2")), Some(FaultKind::Html));
        assert_eq!(rules.meet(&target("1")), Some(FaultKind::Truncated));
        let elsewhere = Target {
            device: Some((Provider::Enos, 4)),
            ..target("1")
        };
        assert_eq!(rules.meet(&elsewhere), Some(FaultKind::LostAfter));
    }

    #[test]
    fn chance_is_about_as_often_as_said_and_does_not_depend_on_the_order() {
        let fired = |commands: &mut dyn Iterator<Item = u32>| {
            let mut rules = Rules::new(5);
            let fault = Fault {
                probability: Some(0.2),
                ..Fault::always(FaultKind::Html)
            };
            rules.add(fault, None, None);
            let mut fired: Vec<u32> = commands
                .filter(|command| rules.meet(&target(&command.to_string())).is_some())
                .collect();
            fired.sort_unstable();
            fired
        };
        let forwards = fired(&mut (0..1_000));
        assert_eq!(forwards, fired(&mut (0..1_000).rev()));
        assert!(
            (150..250).contains(&forwards.len()),
            "{} of 1000",
            forwards.len()
        );
    }
}
