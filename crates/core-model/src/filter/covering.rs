//! Which filters let through all that another one does.

use super::Filter;
use crate::{KindName, StateSet, Timestamp};

impl Filter {
    /// Returns whether surely every command that `other` matches is matched by this filter, too. It compares field by field,
    /// and says no where it is in doubt: a text covers only the same text, and a severity only under the same rules.
    pub fn covers(&self, other: &Self) -> bool {
        self.covers_states(other.states)
            && self.covers_kinds(&other.kinds)
            && self.covers_times(other)
            && self.covers_severity(other)
            && (self.text.is_none() || self.text == other.text)
    }

    fn covers_states(&self, others: StateSet) -> bool {
        self.states.is_empty()
            || (!others.is_empty() && others.iter().all(|state| self.states.has(state)))
    }

    fn covers_kinds(&self, others: &[KindName]) -> bool {
        let has = |kind: &KindName| self.kinds.contains(kind);
        self.kinds.is_empty() || (!others.is_empty() && others.iter().all(has))
    }

    /// A filter with either time leaves out what has no time.
    fn covers_times(&self, other: &Self) -> bool {
        let is_within = |bound: Option<Timestamp>,
                         others: Option<Timestamp>,
                         is_tighter: fn(Timestamp, Timestamp) -> bool| {
            bound.is_none_or(|bound| others.is_some_and(|others| is_tighter(others, bound)))
        };
        is_within(self.created_after, other.created_after, |others, bound| {
            others >= bound
        }) && is_within(
            self.created_before,
            other.created_before,
            |others, bound| others <= bound,
        )
    }

    fn covers_severity(&self, other: &Self) -> bool {
        self.severity.is_none_or(|least| {
            other.severity.is_some_and(|others| others >= least)
                && self.severity_rules == other.severity_rules
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{
        Command, CommandId, CommandState, Filter, KindName, Organization, Provider, SearchText,
        SeverityLevel, SeverityRules, StateSet, Timestamp,
    };

    /// Few values of each field, so that filters cover each other, and commands match.
    fn any_filter() -> impl Strategy<Value = Filter> {
        let states = prop::sample::subsequence(CommandState::ALL.to_vec(), 0..3);
        let kind =
            prop::sample::select(vec!["LOCK", "lo_ck", "WIPE", "wipe", "service invocation"]);
        let kinds = prop::collection::vec(kind, 0..3);
        let time = || prop::option::of((0_i64..4).prop_map(at));
        let text = prop::option::of(prop::sample::select(vec!["stop", "STOP", "sto", "a1"]));
        let severity = prop::option::of(prop::sample::select(SeverityLevel::ALL.to_vec()));
        (states, kinds, time(), time(), text, severity, any_rules()).prop_map(
            |(states, kinds, created_after, created_before, text, severity, severity_rules)| {
                Filter {
                    states: StateSet::of(states),
                    kinds: kinds
                        .into_iter()
                        .map(|kind| KindName::parse("kind", kind).unwrap())
                        .collect(),
                    created_after,
                    created_before,
                    text: text.map(|text| SearchText::parse("text", text).unwrap()),
                    severity,
                    severity_rules,
                }
            },
        )
    }

    fn any_rules() -> impl Strategy<Value = SeverityRules> {
        let rules = [&[][..], &[("LOCK", "destructive")], &[("Stop", "minor")]];
        prop::sample::select(rules.to_vec())
            .prop_map(|rules| SeverityRules::parse(rules.iter().copied()).unwrap())
    }

    fn any_command() -> impl Strategy<Value = Command> {
        let kind = prop::sample::select(vec!["LOCK", "WIPE", "service invocation", "", "UNKNOWN"]);
        let name = prop::option::of(prop::sample::select(vec!["Stop", "stopped", "start"]));
        let time = prop::option::of((0_i64..4).prop_map(at));
        let state = prop::sample::select(CommandState::ALL.to_vec());
        (kind, name, time, state).prop_map(|(kind, name, created_at, state)| {
            let mut command = Command::new(
                Organization::parse(Provider::Applivery, "acme").unwrap(),
                "applivery:A1".parse().unwrap(),
                CommandId::parse(Provider::Applivery, "65a1b2c3d4e5f60718293a4b").unwrap(),
            );
            command.kind = kind.to_owned();
            command.name = name.map(str::to_owned);
            command.created_at = created_at;
            command.state = state;
            command
        })
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_is_matched_by_the_covered_is_matched_by_what_covers(
            filter in any_filter(),
            other in any_filter(),
            command in any_command(),
        ) {
            if filter.covers(&other) && other.matches(&command) {
                prop_assert!(filter.matches(&command));
            }
        }

        /// What a filter adds to another one narrows it.
        #[test]
        fn one_that_is_narrowed_is_covered(filter in any_filter(), more in any_filter()) {
            let mut narrowed = filter.clone();
            if narrowed.kinds.is_empty() {
                narrowed.kinds = more.kinds;
            }
            narrowed.created_after = narrowed.created_after.max(more.created_after);
            narrowed.severity = narrowed.severity.max(more.severity);
            narrowed.text = narrowed.text.or(more.text);
            prop_assert!(filter.covers(&filter) && filter.covers(&narrowed));
            prop_assert!(Filter::default().covers(&filter));
        }
    }

    #[test]
    fn in_doubt_nothing_is_covered() {
        let kinds = |kinds| Filter {
            kinds: KindName::parse_list("kind", kinds).unwrap(),
            ..Filter::default()
        };
        let text = |text| Filter {
            text: Some(SearchText::parse("text", text).unwrap()),
            ..Filter::default()
        };
        let least = |severity, rules: &[(&str, &str)]| Filter {
            severity: Some(severity),
            severity_rules: SeverityRules::parse(rules.iter().copied()).unwrap(),
            ..Filter::default()
        };
        use SeverityLevel::{Destructive, Disruptive};
        assert!(kinds("WIPE,LOCK").covers(&kinds("wi_pe")));
        assert!(!kinds("WIPE").covers(&kinds("WIPE,LOCK")));
        assert!(!kinds("WIPE").covers(&Filter::default()));
        assert!(text("stop").covers(&text("STOP")));
        assert!(!text("stop").covers(&text("stopped")), "it would be");
        assert!(least(Disruptive, &[]).covers(&least(Destructive, &[])));
        assert!(!least(Destructive, &[]).covers(&least(Disruptive, &[])));
        let rules = [("Yaw", "destructive")];
        assert!(!least(Disruptive, &[]).covers(&least(Destructive, &rules)));
        // A wipe is destructive, but what a kind means may be said otherwise elsewhere.
        assert!(!least(Destructive, &[]).covers(&kinds("WIPE")));
        let since = Filter {
            created_after: Some(at(5)),
            ..Filter::default()
        };
        assert!(!since.covers(&Filter::default()));
    }
}
