//! Which cancels need an approval.

use countermand_client::Sweep;
use countermand_core_model::{
    CommandId, DeviceRef, Filter, KindName, KindSeverity, SeverityLevel, SeverityRules, is_blank,
};
use countermand_relay_api::ApprovalRule;

/// What a connection says of approvals, and of how grave its commands are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule<'a> {
    pub(crate) rule: &'a ApprovalRule,
    pub(crate) severity_rules: &'a SeverityRules,
}

impl Rule<'_> {
    /// Returns whether nobody cancels such a command alone, whatever else is cancelled.
    pub(crate) fn names(&self, kind: &str, name: Option<&str>) -> bool {
        self.rule.names(kind) || self.is_grave(kind, name)
    }

    /// Returns whether a sweep needs an approval. How many commands it will find is not known.
    pub(crate) fn names_sweep(&self, sweep: &Sweep) -> bool {
        self.rule.targets.is_some() || self.may_name(sweep.filter())
    }

    /// Returns whether a filter may match a command that nobody cancels alone.
    fn may_name(&self, filter: &Filter) -> bool {
        if !self.rule.asks_for_kinds() {
            return false;
        }
        let may_be_grave = |kind: &KindName| {
            let Some(word) = &self.rule.severity else {
                return false;
            };
            let level = SeverityLevel::parse(word).unwrap_or(SeverityLevel::Minor);
            let known = KindSeverity::of(kind.as_str());
            // What a command's name says may make it graver.
            let mut said = self.severity_rules.iter();
            known.is_open() || known.level() >= level || said.any(|(_, said)| said >= level)
        };
        let is_named = |kind: &KindName| {
            let named = self.rule.kinds.iter();
            is_blank(kind.as_str()) || named.map(String::as_str).any(|named| kind.is(named))
        };
        let mut kinds = filter.kinds.iter();
        filter.kinds.is_empty() || kinds.any(|kind| is_named(kind) || may_be_grave(kind))
    }

    fn is_grave(&self, kind: &str, name: Option<&str>) -> bool {
        let Some(word) = &self.rule.severity else {
            return false;
        };
        // What is not known may be anything, and a level that is not known includes all.
        let level = SeverityLevel::parse(word).unwrap_or(SeverityLevel::Minor);
        kind.trim().is_empty() || self.severity_rules.of_command(kind, name).level() >= level
    }
}

/// Returns the key under which the cancel of a command counts. Ids mean the same in either case.
pub(crate) fn target_key(device: &DeviceRef, command: &CommandId) -> String {
    format!("{device} {}", command.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rule: &ApprovalRule, kind: &str, name: Option<&str>) -> bool {
        let severity_rules = SeverityRules::parse([("Set fan", "destructive")]).unwrap();
        let rule = Rule {
            rule,
            severity_rules: &severity_rules,
        };
        rule.names(kind, name)
    }

    #[test]
    fn kinds_and_levels_name_commands_and_what_is_not_known_is_named() {
        let kinds = ApprovalRule {
            kinds: vec!["wipe".to_owned()],
            ..ApprovalRule::default()
        };
        assert!(names(&kinds, "WIPE", None) && names(&kinds, " ", None));
        assert!(!names(&kinds, "LOCK", None));
        let severity = |word: &str| ApprovalRule {
            severity: Some(word.to_owned()),
            ..ApprovalRule::default()
        };
        let destructive = severity("destructive");
        assert!(names(&destructive, "WIPE", None) && names(&destructive, "", None));
        assert!(!names(&destructive, "LOCK", None));
        let by_name = Some("Set fan");
        assert!(names(&destructive, "service invocation", by_name));
        assert!(names(&severity("disruptive"), "LOCK", None));
        assert!(names(
            &severity("a word of another version"),
            "REFRESH",
            None
        ));
        let number = ApprovalRule {
            targets: Some(0),
            ..ApprovalRule::default()
        };
        assert!(!names(&number, "WIPE", None));
    }

    fn needs(rule: &ApprovalRule, kinds: &str, said: &[(&str, &str)]) -> bool {
        let severity_rules = SeverityRules::parse(said.iter().copied()).unwrap();
        let filter = Filter {
            kinds: KindName::parse_list("kind", kinds).unwrap_or_default(),
            severity: Some(SeverityLevel::Minor),
            ..Filter::default()
        };
        let rule = Rule {
            rule,
            severity_rules: &severity_rules,
        };
        rule.names_sweep(&Sweep::new(filter).unwrap())
    }

    #[test]
    fn a_sweep_needs_an_approval_unless_it_surely_leaves_out_what_the_rule_names() {
        let wipes = ApprovalRule {
            kinds: vec!["WIPE".to_owned()],
            ..ApprovalRule::default()
        };
        assert!(needs(&wipes, "wi_pe", &[]) && needs(&wipes, "LOCK,WIPE", &[]));
        assert!(needs(&wipes, "", &[]), "any kind");
        assert!(!needs(&wipes, "LOCK", &[]));
        let destructive = ApprovalRule {
            severity: Some("destructive".to_owned()),
            ..ApprovalRule::default()
        };
        assert!(needs(&destructive, "WIPE", &[]) && !needs(&destructive, "LOCK", &[]));
        assert!(
            needs(&destructive, "service invocation", &[]),
            "its name tells"
        );
        assert!(needs(&destructive, "SELF_DESTRUCT", &[]), "not known");
        assert!(needs(
            &destructive,
            "LOCK",
            &[("Night lock", "destructive")]
        ));
        assert!(!needs(&destructive, "LOCK", &[("Yaw", "disruptive")]));
        let number = ApprovalRule {
            targets: Some(1_000),
            ..ApprovalRule::default()
        };
        assert!(needs(&number, "LOCK", &[]), "how many is not known");
        assert!(
            !needs(&ApprovalRule::default(), "WIPE", &[]),
            "it names nothing"
        );
    }
}
