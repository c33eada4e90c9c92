//! The rule of an identifier, and the error of a value that breaks a rule.

/// A value that breaks its field's rule. It is never made from a secret: it prints the value.
// `{:?}` escapes control characters, so that a pasted value cannot play tricks on a terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}: {value:?}")]
pub struct InvalidValue {
    field: &'static str,
    rule: &'static str,
    value: String,
}

impl InvalidValue {
    /// How many characters of the value are kept: enough to recognize it.
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

    /// The field, by the provider's or the configuration's name.
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

/// The rule of an identifier: its name, its pattern and its check.
#[derive(Clone, Copy, Debug)]
pub struct IdentifierRule {
    /// The provider's name of the field.
    pub field: &'static str,
    /// The pattern that every value satisfies, as JavaScript and Rust's `regex` read it.
    pub pattern: &'static str,
    /// The pattern in words, as the end of a sentence: "must be 24 hexadecimal digits".
    pub rule: &'static str,
    /// Returns whether a text satisfies the pattern.
    pub check: fn(&str) -> bool,
}
