//! The rule of an identifier.

/// What an identifier must be: its name, its pattern and the check of it.
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
