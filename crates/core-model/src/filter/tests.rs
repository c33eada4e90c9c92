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
fn a_least_severity_takes_what_is_as_grave_and_goes_by_the_operators_rules() {
    let with = |kind: &str, name: Option<&str>, least, rules: &SeverityRules| {
        let filter = Filter {
            severity: Some(least),
            severity_rules: rules.clone(),
            ..Filter::default()
        };
        let mut one = command();
        (one.kind, one.name) = (kind.to_owned(), name.map(str::to_owned));
        (filter.matches(&one), filter.unknown_field(&one))
    };
    use SeverityLevel::{Destructive, Disruptive, Minor};
    let none = SeverityRules::default();
    for (kind, name, least, matches) in [
        ("WIPE", None, Destructive, true),
        ("LOCK", None, Destructive, false),
        ("LOCK", None, Disruptive, true),
        ("measurement point setting", None, Disruptive, true),
        ("REBOOT", None, Disruptive, false),
        ("REBOOT", None, Minor, true),
        (
            "service invocation",
            Some("Stop turbine"),
            Destructive,
            true,
        ),
    ] {
        assert_eq!(with(kind, name, least, &none), (matches, None), "{kind}");
    }
    // Of what kind it is decides, and is not known.
    for kind in ["", "UNKNOWN"] {
        let lacks = Some(UnknownField::Kind);
        assert_eq!(with(kind, None, Destructive, &none), (false, lacks));
    }
    let rules = SeverityRules::parse([("REBOOT", "destructive"), ("Yaw", "minor")]).unwrap();
    assert!(with("REBOOT", None, Destructive, &rules).0);
    assert!(!with("service invocation", Some("Yaw"), Disruptive, &rules).0);
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
        // No address names it: a table shows one level alone.
        severity: _,
        severity_rules: _,
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
