//! Numbers as they are written in a language.

use super::language::Language;

/// A whole number.
pub(super) fn written(count: usize, language: Language) -> String {
    let Language::English = language;
    count.to_string()
}
