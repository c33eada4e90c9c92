use super::*;
use crate::{CommandId, Organization, Provider};

fn at(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millis(millis)
}

fn command() -> Command {
    let mut command = Command::new(
        Organization::parse(Provider::Applivery, "acme").unwrap(),
        "applivery:Tablet7".parse().unwrap(),
        CommandId::parse(Provider::Applivery, "65a1B2c3d4e5f60718293a4b").unwrap(),
    );
    command.kind = "LOCK".to_owned();
    command.name = Some("Lager Süd".to_owned());
    command.state = CommandState::Pending;
    command.created_at = at(1000);
    command
}

fn text_of(text: &str) -> Option<SearchText> {
    Some(SearchText::parse("text", text).unwrap())
}

fn matches(change: impl FnOnce(&mut Filter)) -> bool {
    let mut filter = Filter::default();
    change(&mut filter);
    filter.matches(&command())
}

#[test]
fn nothing_set_lets_everything_through() {
    assert!(matches(|_| ()));
    let mut bare = command();
    bare.created_at = None;
    bare.name = None;
    assert!(Filter::default().matches(&bare));
}

#[test]
fn states_and_kinds_are_alternatives() {
    assert!(matches(
        |f| f.states = StateSet::of([CommandState::Sent, CommandState::Pending])
    ));
    assert!(!matches(|f| f.states = StateSet::of([CommandState::Sent])));
    assert!(matches(
        |f| f.kinds = KindName::parse_list("kind", "wipe,lock").unwrap()
    ));
    assert!(
        !matches(|f| f.kinds = KindName::parse_list("kind", "LOC").unwrap()),
        "the whole kind"
    );
}

#[test]
fn times_are_from_and_until() {
    assert!(matches(|f| f.created_after = at(1000)));
    assert!(!matches(|f| f.created_after = at(1001)));
    assert!(matches(|f| f.created_before = at(1001)));
    assert!(!matches(|f| f.created_before = at(1000)));
    let mut timeless = command();
    timeless.created_at = None;
    for (after, before) in [(at(0), None), (None, at(9999))] {
        let filter = Filter {
            created_after: after,
            created_before: before,
            ..Filter::default()
        };
        assert!(!filter.matches(&timeless));
    }
}

#[test]
fn text_is_looked_for_in_id_kind_name_and_device() {
    for text in ["65A1b2", "oCk", "süD", "LAGER", "applivery:TABLET7"] {
        assert!(matches(|f| f.text = text_of(text)), "{text}");
    }
    assert!(!matches(|f| f.text = text_of("acme")));
}

#[test]
fn every_part_must_be_satisfied() {
    assert!(!matches(|f| {
        f.kinds = KindName::parse_list("kind", "LOCK").unwrap();
        f.text = text_of("nothing like it");
    }));
}

#[test]
fn each_field_reads_what_it_writes() {
    // Named one by one, so that a new field is not forgotten in the list.
    let Filter {
        states: _,
        kinds: _,
        created_after: _,
        created_before: _,
        text: _,
    } = Filter::default();
    assert_eq!(FilterField::ALL.len(), 4);
    for (name, value) in [
        ("kind", "clear app data"),
        ("after", "2026-02-10T12:00:00Z"),
        ("before", "2026-02-10T12:00:00Z"),
        ("text", "a & b"),
    ] {
        let mut filter = Filter::default();
        let field = FilterField::parse(name).unwrap();
        assert_eq!(field.set(&mut filter, " "), None, "{name}");
        assert_eq!(filter, Filter::default());
        field.set(&mut filter, value).unwrap();
        assert_eq!(field.values(&filter), [value]);
        let set = FilterField::ALL
            .iter()
            .filter(|field| !field.values(&filter).is_empty());
        assert_eq!(set.count(), 1, "{name}");
    }
}
