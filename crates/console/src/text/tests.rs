//! The languages beside each other: nothing is missing, nothing is left in English.

use std::collections::BTreeSet;

use super::{
    catalogue::{Catalogue, NotThisVersion},
    file::{Entry, entries},
    fill::{Value, fill},
    message::{Branches, Piece, Pieces},
};
use crate::language::Language;

const ENGLISH: &str = include_str!("../../lang/en.txt");
const SPANISH: &str = include_str!("../../lang/es.txt");
const CHINESE: &str = include_str!("../../lang/zh.txt");
const FILES: [(Language, &str); 3] = [
    (Language::English, ENGLISH),
    (Language::Spanish, SPANISH),
    (Language::Chinese, CHINESE),
];

/// What is the same in another language as in English, and rightly.
const SAME: [&str; 21] = [
    "page.pair",
    "page.product",
    "connect.token",
    "history.unfinished_of",
    "history.csv",
    "history.json",
    "review.named",
    "review.on_device",
    "review.times",
    "review.times_of",
    "firing.seconds",
    "firing.minutes",
    "firing.hours",
    "firing.hours_minutes",
    "firing.days",
    "firing.mark_many",
    "firing.count",
    "run.unread",
    "table.none",
    "table.problem",
    "relay.facts",
];

/// From now on this test speaks another language.
pub(crate) fn speak(language: Language) {
    match FILES.iter().find(|(one, _)| *one == language) {
        Some((Language::English, _)) | None => Catalogue::english().speak(),
        Some((_, file)) => Catalogue::read(language, file).unwrap().speak(),
    }
}

fn all(file: &str) -> Vec<Entry<'_>> {
    entries(file).map(|entry| entry.unwrap()).collect()
}

fn name(entry: &Entry<'_>) -> String {
    format!("{}.{}", entry.section, entry.key)
}

/// The arguments of a message, and whether each is a number.
fn arguments<'a>(message: &'a str, into: &mut BTreeSet<(&'a str, bool)>) {
    for piece in Pieces(message) {
        match piece {
            Piece::Words(_) => {}
            Piece::Argument(name) => drop(into.insert((name, false))),
            Piece::Number(name) => drop(into.insert((name, true))),
            Piece::Plural(name, branches) => {
                into.insert((name, true));
                for (_, branch) in Branches(branches) {
                    arguments(branch, into);
                }
            }
        }
    }
}

fn names(message: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    arguments(message, &mut found);
    found.into_iter().map(|(name, _)| name).collect()
}

fn plurals<'a>(message: &'a str, into: &mut Vec<Vec<&'a str>>) {
    for piece in Pieces(message) {
        if let Piece::Plural(_, branches) = piece {
            into.push(Branches(branches).map(|(selector, _)| selector).collect());
            for (_, branch) in Branches(branches) {
                plurals(branch, into);
            }
        }
    }
}

#[test]
fn every_language_has_every_key_in_the_same_order() {
    let english: Vec<String> = all(ENGLISH).iter().map(name).collect();
    let unique: BTreeSet<&String> = english.iter().collect();
    assert_eq!(unique.len(), english.len(), "a key is there twice");
    for (language, file) in FILES {
        let other: Vec<String> = all(file).iter().map(name).collect();
        let differs = english.iter().zip(&other).find(|(one, other)| one != other);
        assert_eq!(differs, None, "{language:?}: the first that differs");
        assert_eq!(other.len(), english.len(), "{language:?}");
    }
}

#[test]
fn every_message_has_the_same_arguments_in_all_languages() {
    for (language, file) in FILES {
        for (english, other) in all(ENGLISH).iter().zip(all(file)) {
            assert_eq!(
                names(english.message),
                names(other.message),
                "{language:?} {}",
                name(english)
            );
        }
    }
}

#[test]
fn every_plural_has_the_forms_of_its_language() {
    for (language, file) in FILES {
        let needed: &[&str] = match language {
            Language::English | Language::Spanish => &["one", "other"],
            Language::Chinese => &["other"],
        };
        for entry in all(file) {
            let mut found = Vec::new();
            plurals(entry.message, &mut found);
            for selectors in found {
                // "=0 {} other {...}" and "=1 {...} other {...}" say it for exact numbers.
                let exact = selectors.iter().any(|selector| selector.starts_with('='));
                for needed in needed.iter().filter(|needed| !exact || **needed == "other") {
                    assert!(
                        selectors.contains(needed),
                        "{language:?} {}: {needed}",
                        name(&entry)
                    );
                }
            }
        }
    }
}

#[test]
fn every_message_resolves_for_every_number() {
    for (language, file) in FILES {
        for entry in all(file) {
            for count in [0, 1, 2, 1_000, 1_000_000] {
                let mut found = BTreeSet::new();
                arguments(entry.message, &mut found);
                let values: Vec<(&str, Value<'_>)> = found
                    .iter()
                    .map(|(name, _)| {
                        let is_number = found.contains(&(*name, true));
                        let value = match is_number {
                            true => Value::Number(count),
                            false => Value::Text("§"),
                        };
                        (*name, value)
                    })
                    .collect();
                let mut said = String::new();
                fill(entry.message, &values, language, None, &mut said);
                let whole = !said.trim().is_empty() && !said.contains(['{', '}', '#']);
                assert!(whole, "{language:?} {}: {said:?}", name(&entry));
            }
        }
    }
}

#[test]
fn nothing_is_left_in_english() {
    let mut same = BTreeSet::new();
    for (language, file) in FILES {
        for (english, other) in all(ENGLISH).iter().zip(all(file)) {
            if language != Language::English && english.message == other.message {
                same.insert(name(english));
            }
        }
    }
    let allowed: BTreeSet<String> = SAME.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(same, allowed);
}

#[test]
fn chinese_has_its_own_punctuation_and_spanish_opens_its_questions() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for entry in all(CHINESE) {
        let letters: Vec<char> = entry.message.chars().collect();
        for pair in letters.windows(2) {
            let wrong = is_han(pair[0]) && matches!(pair[1], ',' | '.' | ';' | ':' | '?' | '!');
            assert!(!wrong, "{}: {}{}", name(&entry), pair[0], pair[1]);
        }
    }
    for entry in all(SPANISH) {
        let count = |mark| entry.message.matches(mark).count();
        assert_eq!(count('?'), count('¿'), "{}", name(&entry));
        assert_eq!(count('«'), count('»'), "{}", name(&entry));
    }
}

#[test]
fn a_file_of_another_version_is_refused() {
    let without_its_last = SPANISH.trim_end().rsplit_once('\n').unwrap().0;
    let renamed = SPANISH.replace("\nlock_hint = ", "\nlock_tip = ");
    for file in [
        "",
        "<!doctype html>\n<html></html>",
        without_its_last,
        &renamed,
    ] {
        let read = Catalogue::read(Language::Spanish, file).map(|_| ());
        assert_eq!(read, Err(NotThisVersion));
    }
}

#[test]
fn the_functions_say_their_own_messages_in_the_language_that_is_spoken() {
    let last = all(ENGLISH).len() - 1;
    assert_eq!(Catalogue::english().messages().len() - 1, last);
    for (language, title, cancel, waiting) in [
        (
            Language::English,
            "Lock",
            "Cancel 10,000 commands",
            "none pending",
        ),
        (
            Language::Spanish,
            "Bloquear",
            "Cancelar 10.000 comandos",
            "ninguno pendiente",
        ),
        (Language::Chinese, "锁定", "取消 10,000 条命令", "无待处理"),
    ] {
        speak(language);
        assert_eq!(super::lock(), title);
        assert_eq!(super::table::cancel(10_000), cancel);
        assert_eq!(super::devices::waiting(0), waiting);
        assert_eq!(super::spoken(), language);
    }
    assert_eq!(super::table::problem("标题", "建议"), "标题。建议");
}

#[test]
fn what_the_crates_below_say_is_found() {
    use countermand_core_model::{DeviceRef, Organization, Provider};
    use countermand_transport::BaseUrl;
    speak(Language::Chinese);
    let mut rules = Vec::new();
    for provider in Provider::ALL {
        for text in [
            "",
            "a b",
            "key:",
            "enos:key:a%zz/b",
            "applivery:é",
            "enos:asset:é",
            "enos:key:p/%20",
        ] {
            rules.extend(DeviceRef::parse_for(provider, text).err());
            rules.extend(Organization::parse(provider, text).err());
            rules.extend(text.parse::<DeviceRef>().err());
        }
    }
    for text in [
        "",
        "ftp://a",
        "http://a.example",
        "https://user:word@a.example",
        "https://a.example/?q",
        "https://a.example:0",
        "https://a.example/../b",
    ] {
        rules.extend(BaseUrl::parse(text).err());
    }
    rules.extend("other".parse::<Provider>().err());
    let found: BTreeSet<&str> = rules
        .iter()
        .map(countermand_core_model::InvalidValue::rule)
        .collect();
    assert!(found.len() > 10, "{found:?}");
    for rule in found {
        assert_ne!(super::found(rule), rule);
    }
    assert_eq!(super::found("must be new"), "must be new");
}

#[test]
fn what_was_said_in_one_language_is_said_again_in_the_next() {
    speak(Language::Spanish);
    let kept = super::problems::timeout();
    speak(Language::Chinese);
    assert_eq!(super::again(kept), "未及时收到响应");
    speak(Language::English);
    assert_eq!(super::again("未及时收到响应"), "No response in time");
    assert_eq!(super::again("Till 1"), "Till 1");
}

#[test]
fn a_list_is_joined_as_the_language_does() {
    let things = || ["a", "b", "c"].map(str::to_owned);
    assert_eq!(super::list(things()), "a, b, c");
    speak(Language::Chinese);
    assert_eq!(super::list(things()), "a、b、c");
    assert_eq!(super::list([]), "");
}
