//! Which of a plural's messages a number takes: the rules of Unicode's CLDR for whole numbers.

use super::{language::Language, message::Branches};

/// The category of a number.
fn category(count: usize, language: Language) -> &'static str {
    match language {
        Language::English if count == 1 => "one",
        Language::English => "other",
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
