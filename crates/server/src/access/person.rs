//! Names of people in one normal form.

use std::fmt;

use countermand_core_model::InvalidValue;
use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use serde::Serialize;

/// The longest name, in bytes. Lines of the audit contain it.
const LONGEST: usize = 256;

/// The most rounds of normalization. Two are enough for every known text.
const MOST_ROUNDS: usize = 4;

/// The name of a person in its normal form: NFKC, case-folded, without blanks at the ends, with single blanks inside.
///
/// Spellings with the same normal form are one person: `Bob@x` does not approve what `bob@x` requested. Invisible
/// characters (control, format, fillers, variation selectors) and characters without a meaning (unassigned, private
/// use, the replacement character) are refused. Letters of different scripts that look alike stay different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name.
    ///
    /// # Errors
    /// When it is empty, longer than 256 bytes, or has a character that is refused.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let invalid = |rule| Err(InvalidValue::new("name", rule, text));
        if text.len() > LONGEST {
            return invalid("must have at most 256 bytes");
        }
        if !text.chars().all(may_be_in_a_name) {
            return invalid("must not have control, format, invisible or unassigned characters");
        }
        let mut name = text.to_owned();
        for _ in 0..MOST_ROUNDS {
            let next = normal(&name);
            if next == name {
                break;
            }
            name = next;
        }
        match name.len() {
            0 => invalid("must not be empty"),
            1..=LONGEST => Ok(Self(name)),
            _ => invalid("must have at most 256 bytes"),
        }
    }

    /// Returns the name of whoever started the server on this machine.
    pub(crate) fn local() -> Self {
        Self("local".to_owned())
    }

    /// Returns the normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the text after one round. Composing may produce capital letters and blanks (`ℋ`, `¨`), and folding may undo
/// the composition, so rounds are repeated until nothing changes.
fn normal(text: &str) -> String {
    let composed = ComposingNormalizer::new_nfkc().normalize(text).into_owned();
    let folded = CaseMapper::new().fold_string(&composed).into_owned();
    let composed = ComposingNormalizer::new_nfkc()
        .normalize(&folded)
        .into_owned();
    let words: Vec<&str> = composed.split_whitespace().collect();
    words.join(" ")
}

fn may_be_in_a_name(c: char) -> bool {
    let is_named = !matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Unassigned
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    // The blank pattern of Braille looks like a blank.
    is_named
        && !matches!(c, '\u{FFFD}' | '\u{2800}')
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Option<String> {
        PersonName::parse(text).ok().map(|name| name.to_string())
    }

    #[test]
    fn one_person_however_they_are_typed() {
        for text in [
            "bob@x.example",
            "Bob@X.example",
            "  bob@x.example ",
            "\u{a0}bob@x.example\u{3000}",
            "ｂｏｂ＠ｘ．ｅｘａｍｐｌｅ",
            "BOB@X.EXAMPLE",
            "𝐁𝐨𝐛@x.example",
        ] {
            assert_eq!(name(text).as_deref(), Some("bob@x.example"), "{text}");
        }
        assert_eq!(name("Jose\u{301}"), name("JOSÉ"));
        assert_eq!(name("Straße"), name("STRASSE"));
        assert_eq!(name("Ada\u{2003} Lovelace"), name("ada lovelace"));
        assert_ne!(
            name("bob"),
            name("b\u{43e}b"),
            "another script's o is another letter"
        );
        assert_ne!(name("bob"), name("bob2"));
    }

    #[test]
    fn what_cannot_be_seen_is_in_no_name() {
        for c in [
            '\0',
            '\n',
            '\t',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffd}',
            '\u{e000}',
            '\u{378}',
            '\u{e0001}',
            '\u{e0100}',
            '\u{10ffff}',
        ] {
            for text in [format!("bob{c}"), format!("{c}bob"), format!("b{c}ob")] {
                assert_eq!(name(&text), None, "{c:?}");
            }
        }
        for text in ["", " ", "\u{3000}"] {
            assert_eq!(name(text), None);
        }
        assert!(name(&"a".repeat(256)).is_some());
        assert_eq!(name(&"a".repeat(257)), None);
        // One character that is written out as eighteen.
        assert_eq!(name(&"\u{fdfa}".repeat(80)), None);
    }

    proptest! {
        #[test]
        fn the_form_is_its_own_form(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn case_and_blanks_around_make_no_other_person(text in "[\\p{L}\\p{N}@._ -]{1,20}", before in " {0,3}", after in " {0,3}") {
            let Ok(person) = PersonName::parse(&text) else { return Ok(()); };
            let around = format!("{before}{text}{after}");
            prop_assert_eq!(PersonName::parse(&around), Ok(person.clone()));
            let composed = ComposingNormalizer::new_nfkc().normalize(&text).into_owned();
            prop_assert_eq!(PersonName::parse(&composed), Ok(person.clone()));
            let folded = CaseMapper::new().fold_string(&text).into_owned();
            if let Ok(folded) = PersonName::parse(&folded) {
                prop_assert_eq!(&folded, &person);
            }
            // Capital letters of ASCII and of Latin: elsewhere some have no way back.
            if text.chars().all(|c| c < '\u{100}') {
                prop_assert_eq!(PersonName::parse(&text.to_uppercase()), Ok(person));
            }
        }

        #[test]
        fn nothing_unseen_gets_in(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert!(name.as_str().chars().all(may_be_in_a_name));
                prop_assert_eq!(name.as_str().trim(), name.as_str());
                prop_assert!(!name.as_str().is_empty() && name.as_str().len() <= LONGEST);
            }
        }
    }
}
