//! Saved connections, kept keys, and switching between them.

pub use super::catalogue::profiles::*;
use crate::state::profiles::NameRule;

/// A name that breaks its rule.
pub fn name_rule(rule: NameRule) -> &'static str {
    match rule {
        NameRule::Empty => name_empty(),
        NameRule::Form => name_form(),
        NameRule::Taken => name_taken(),
    }
}

/// Where a connection leads.
pub fn facts(vendor: &str, org: &str, host: &str) -> String {
    [vendor, org, host].join(" · ")
}
