//! Which cancels need an approval.

use countermand_core_model::{CommandId, DeviceRef, SeverityLevel, SeverityRules};
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
}
