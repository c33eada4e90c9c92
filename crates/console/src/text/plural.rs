//! Which of a plural's messages a number takes: the rules of Unicode's CLDR for whole numbers.

use super::message::Branches;
use crate::language::Language;

/// The category of a number.
fn category(count: usize, language: Language) -> &'static str {
    match language {
        Language::English | Language::Spanish if count == 1 => "one",
        // "1.000.000 de comandos"
        Language::Spanish if count > 0 && count.is_multiple_of(1_000_000) => "many",
        Language::English | Language::Spanish | Language::Chinese => "other",
    }
}

/// The message for `count`: the one for exactly this number, else that of its category, else that of all
/// others.
pub(super) fn chosen<'a>(branches: Branches<'a>, count: usize, language: Language) -> &'a str {
    let category = category(count, language);
    let (mut chosen, mut weight) = ("", 0);
    for (selector, message) in branches {
        let fits = match selector.strip_prefix('=') {
            Some(exactly) if exactly.parse() == Ok(count) => 3,
            Some(_) => 0,
            None if selector == category => 2,
            None if selector == "other" => 1,
            None => 0,
        };
        if fits > weight {
            (chosen, weight) = (message, fits);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: usize, language: Language) -> &'static str {
        chosen(
            Branches("=0 {none} one {one} many {many} other {other}"),
            count,
            language,
        )
    }

    #[test]
    fn an_exact_number_goes_before_its_category() {
        assert_eq!(of(0, Language::English), "none");
        assert_eq!(
            chosen(
                Branches("other {o} one {1} =1 {exact}"),
                1,
                Language::English
            ),
            "exact"
        );
    }

    #[test]
    fn each_language_counts_in_its_own_way() {
        for (count, english, spanish, chinese) in [
            (1, "one", "one", "other"),
            (2, "other", "other", "other"),
            (1_000, "other", "other", "other"),
            (1_000_000, "other", "many", "other"),
            (3_000_000, "other", "many", "other"),
            (1_000_001, "other", "other", "other"),
        ] {
            assert_eq!(of(count, Language::English), english, "{count}");
            assert_eq!(of(count, Language::Spanish), spanish, "{count}");
            assert_eq!(of(count, Language::Chinese), chinese, "{count}");
        }
    }

    #[test]
    fn what_has_no_message_of_its_own_takes_that_of_all_others() {
        assert_eq!(chosen(Branches("other {all}"), 1, Language::Spanish), "all");
    }
}
