//! The one error of values that break a rule.

use std::fmt;

/// A value that breaks its field's rule. It is never made from a secret: it prints the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    field: &'static str,
    rule: &'static str,
    value: String,
}

impl InvalidValue {
    /// How much of a wrong value is kept: enough to recognise it.
    const SHOWN: usize = 80;

    /// The `value` given for `field` breaks `rule` ("must be ...").
    pub fn new(field: &'static str, rule: &'static str, value: &str) -> Self {
        let mut shown: String = value.chars().take(Self::SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self {
            field,
            rule,
            value: shown,
        }
    }

    /// The field, by the vendor's or the configuration's name.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// The rule that was broken, as the end of a sentence: "must be ...".
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// The value as it was given, shortened where it is very long.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `{:?}` escapes control characters, so that a pasted value cannot play tricks on a terminal.
        write!(f, "{} {}: {:?}", self.field, self.rule, self.value)
    }
}

impl std::error::Error for InvalidValue {}
