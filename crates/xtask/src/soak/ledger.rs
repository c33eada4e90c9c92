//! The part of the simulator's ledger that the soak reads.

use std::collections::BTreeMap;

use countermand_core_model::CommandState as State;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Ledger {
    pub commands: Vec<Truth>,
    pub requests: BTreeMap<String, Count>,
}

/// The truth about a command.
#[derive(Clone, Debug, Deserialize)]
pub struct Truth {
    pub command: String,
    pub state: State,
    pub cancels: Vec<Cancel>,
}

/// A cancel that the simulator processed.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Cancel {
    /// The time, in milliseconds since 1970. A fleet has a past.
    #[serde(default)]
    pub at_ms: u64,
    pub accepted: bool,
    /// Whether a reading after the previous cancel had shown the command pending.
    pub seen_pending: bool,
}

#[derive(Debug, Deserialize)]
pub struct Count {
    pub received: u64,
    pub faults: BTreeMap<String, u64>,
}

impl Truth {
    /// Returns whether it went to the device.
    pub fn went_out(&self) -> bool {
        matches!(
            self.state,
            State::Sent | State::Succeeded | State::Failed | State::TimedOut
        )
    }

    /// Returns whether any cancel was accepted.
    pub fn was_accepted(&self) -> bool {
        self.cancels.iter().any(|cancel| cancel.accepted)
    }

    /// Returns how many cancels were sent after an accepted one, without a reading in between that showed the
    /// command pending.
    pub fn doubled_cancels(&self) -> usize {
        let mut accepted = false;
        let mut doubled = 0;
        for cancel in &self.cancels {
            doubled += usize::from(accepted && !cancel.seen_pending);
            accepted |= cancel.accepted;
        }
        doubled
    }
}

impl Ledger {
    fn sum(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        self.requests
            .iter()
            .filter(|(operation, _)| wanted(operation))
            .map(|(_, count)| count.received)
            .sum()
    }

    /// Returns how many cancels and readings of single commands arrived.
    pub fn about_single_commands(&self) -> u64 {
        self.sum(|operation| operation.contains(".cancel") || operation.ends_with(".get"))
    }

    /// Returns how many pages of lists were asked for.
    pub fn list_pages(&self) -> u64 {
        self.sum(|operation| operation.ends_with(".list") || operation.ends_with(".search"))
    }

    pub fn received(&self) -> u64 {
        self.sum(|_| true)
    }

    /// Returns how often each fault was met.
    pub fn faults(&self) -> BTreeMap<&str, u64> {
        let mut met = BTreeMap::new();
        for (fault, times) in self.requests.values().flat_map(|count| &count.faults) {
            *met.entry(fault.as_str()).or_default() += times;
        }
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(cancels: &[(bool, bool)]) -> Truth {
        Truth {
            command: "1".to_owned(),
            state: State::Cancelled,
            cancels: cancels
                .iter()
                .map(|&(accepted, seen_pending)| Cancel {
                    at_ms: 0,
                    accepted,
                    seen_pending,
                })
                .collect(),
        }
    }

    #[test]
    fn a_cancel_is_doubled_where_an_accepted_one_came_before_and_no_reading_between() {
        for (cancels, doubled) in [
            (&[][..], 0),
            (&[(true, false)], 0),
            (&[(true, false), (true, false)], 1),
            (&[(true, false), (false, false)], 1),
            (&[(true, false), (true, true)], 0),
            (&[(false, false), (true, false)], 0),
            (&[(true, true), (true, true), (true, false)], 1),
            (&[(true, false), (true, false), (true, false)], 2),
        ] {
            assert_eq!(truth(cancels).doubled_cancels(), doubled, "{cancels:?}");
        }
    }

    #[test]
    fn requests_are_counted_by_what_they_ask_for() {
        let ledger: Ledger = serde_json::from_str(
            r#"{"now_ms":1,"commands":[],"requests":{
                "enos.cancel":{"received":10,"processed":9,"refused":0,"faults":{"slow":1}},
                "enos.cancel_all":{"received":2,"processed":2,"refused":0,"faults":{"slow":2}},
                "enos.get":{"received":3,"processed":3,"refused":0,"faults":{}},
                "enos.search":{"received":5,"processed":5,"refused":0,"faults":{"html":1}},
                "enos.token_get":{"received":1,"processed":1,"refused":0,"faults":{}}}}"#,
        )
        .unwrap();
        assert_eq!(ledger.about_single_commands(), 15);
        assert_eq!(ledger.list_pages(), 5);
        assert_eq!(ledger.received(), 21);
        assert_eq!(ledger.faults(), BTreeMap::from([("html", 1), ("slow", 3)]));
    }
}
