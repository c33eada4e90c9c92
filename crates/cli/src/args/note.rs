//! A text that people write for people.

use countermand_core_model::InvalidValue;

/// The most characters.
const LONGEST: usize = 500;

/// Parses a note for the option of this name. A blank one is refused: it is most likely an unset variable.
pub(crate) fn parse_note(text: &str) -> Result<String, InvalidValue> {
    let text = text.trim();
    let length = text.chars().count();
    if text.is_empty() || length > LONGEST || text.chars().any(char::is_control) {
        let rule = "must be one line of 1 to 500 characters, without control characters";
        let shown: String = text.chars().take(40).collect();
        return Err(InvalidValue::new("text", rule, &shown));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_that_says_something() {
        assert_eq!(
            parse_note(" wrong profile ").as_deref(),
            Ok("wrong profile")
        );
        assert!(parse_note(&"x".repeat(500)).is_ok());
        for text in ["", " ", "a\nb", "a\u{1b}b", &"x".repeat(501)] {
            assert!(parse_note(text).is_err(), "{text:?}");
        }
    }
}
