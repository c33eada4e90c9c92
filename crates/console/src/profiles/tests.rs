use super::*;

fn phones() -> Profile {
    Profile {
        name: "Phones".to_owned(),
        provider: Provider::Applivery,
        base_url: "https://api.applivery.io/v1".to_owned(),
        org: "acme-mobile".to_owned(),
        idle: IdleLimit::Five,
    }
}

fn wind() -> Profile {
    Profile {
        name: "Wind".to_owned(),
        provider: Provider::Enos,
        base_url: "https://apigw.example".to_owned(),
        org: "o15".to_owned(),
        idle: IdleLimit::Sixty,
    }
}

fn both() -> Profiles {
    let mut profiles = Profiles::default();
    profiles.save(phones());
    profiles.save(wind());
    profiles
}

fn again(profiles: &Profiles) -> Profiles {
    Profiles::read(Some(&profiles.write()))
}

fn names(profiles: &Profiles) -> Vec<&str> {
    profiles
        .whole()
        .map(|profile| profile.name.as_str())
        .collect()
}

#[test]
fn what_was_saved_is_read_again() {
    let profiles = again(&both());
    assert_eq!(
        profiles.whole().cloned().collect::<Vec<_>>(),
        [phones(), wind()]
    );
    assert!(profiles.strange().is_empty());
    assert!(Profiles::read(None).whole().next().is_none());
}

#[test]
fn the_form_that_is_kept_is_this_one() {
    assert_eq!(
        both().write(),
        concat!(
            r#"{"version":1,"profiles":[{"name":"Phones","provider":"applivery","#,
            r#""base_url":"https://api.applivery.io/v1","org":"acme-mobile","idle_minutes":5},"#,
            r#"{"name":"Wind","provider":"enos","base_url":"https://apigw.example","org":"o15","idle_minutes":60}]}"#
        )
    );
}

#[test]
fn another_version_and_nonsense_are_named_and_kept_to_the_letter() {
    for (text, name) in [
        (
            r#"{"version":2,"profiles":[{"name":"New","x":1},{"name":"Newer"}]}"#,
            Some("New, Newer"),
        ),
        (r#"{"version":0,"profiles":[{"name":"Old"}]}"#, Some("Old")),
        (r#"[{"name":"Oldest"}]"#, Some("Oldest")),
        (
            r#"{"profiles":[{"name":"No version"}]}"#,
            Some("No version"),
        ),
        (r#"{"version":1,"profiles":[],"folders":[]}"#, None),
        (r#"{"version":1,"profiles":7}"#, None),
        ("", None),
        ("nonsense", None),
        ("7", None),
        (r#""{}""#, None),
        ("null", None),
    ] {
        let mut profiles = Profiles::read(Some(text));
        assert_eq!(profiles.whole().count(), 0, "{text}");
        assert_eq!(profiles.strange().len(), 1, "{text}");
        assert_eq!(profiles.strange()[0].name.as_deref(), name, "{text}");
        profiles.save(phones());
        let mut profiles = again(&again(&profiles));
        assert_eq!(names(&profiles), ["Phones"], "{text}");
        assert_eq!(profiles.aside, [text], "kept to the letter");
        let strange = profiles.strange().remove(0);
        profiles.delete_strange(&strange);
        assert!(again(&profiles).strange().is_empty(), "{text}");
        assert_eq!(names(&profiles), ["Phones"], "{text}");
    }
}

#[test]
fn an_entry_that_cannot_be_read_stays_in_its_place() {
    let good = r#"{"name":"Good","provider":"enos","base_url":"https://h.example","org":"o1","idle_minutes":15}"#;
    for (bad, name) in [
        (good.replace("15}", r#"15,"token":"x"}"#), Some("Good")),
        (good.replace("15}", "16}"), Some("Good")),
        (good.replace("15}", r#""15"}"#), Some("Good")),
        (good.replace("enos", "acme"), Some("Good")),
        (good.replace("https", "http"), Some("Good")),
        (good.replace("h.example", "me:pw@h.example"), Some("Good")),
        (good.replace(r#""o1""#, r#""o 1""#), Some("Good")),
        (good.replace(r#""Good""#, r#"" ""#), None),
        (good.replace(r#""Good""#, "7"), None),
        ("7".to_owned(), None),
        ("null".to_owned(), None),
        ("[]".to_owned(), None),
        (good.to_lowercase().replace("good", "GOOD"), Some("GOOD")),
    ] {
        let text = format!(r#"{{"version":1,"profiles":[{good},{bad}]}}"#);
        let mut profiles = Profiles::read(Some(&text));
        assert_eq!(names(&profiles), ["Good"], "{bad}");
        assert_eq!(
            profiles.strange(),
            [Strange {
                place: 1,
                name: name.map(str::to_owned)
            }],
            "{bad}"
        );
        assert_eq!(profiles.write(), text, "kept to the letter");
        profiles.save(wind());
        let strange = profiles.strange().remove(0);
        profiles.delete_strange(&strange);
        assert_eq!(names(&again(&profiles)), ["Good", "Wind"], "{bad}");
    }
}

#[test]
fn what_changed_under_a_report_is_not_deleted_by_it() {
    let seen = Profiles::read(Some("nonsense")).strange().remove(0);
    let mut now = both();
    now.delete_strange(&seen);
    assert_eq!(names(&now), ["Phones", "Wind"]);
}

#[test]
fn the_same_place_is_saved_once() {
    let mut profiles = both();
    let name = profiles.save(Profile {
        name: String::new(),
        idle: IdleLimit::Thirty,
        ..phones()
    });
    assert_eq!(name, "Phones");
    assert_eq!(names(&profiles), ["Phones", "Wind"]);
    assert_eq!(profiles.get("Phones").unwrap().idle, IdleLimit::Thirty);
}

#[test]
fn no_two_get_the_same_name() {
    let mut profiles = both();
    for (org, name) in [("o16", "wind 2"), ("o17", "wind 3")] {
        let saved = profiles.save(Profile {
            name: " wind ".to_owned(),
            org: org.to_owned(),
            ..wind()
        });
        assert_eq!(saved, name);
    }
    let unnamed = profiles.save(Profile {
        name: "\u{7}".to_owned(),
        org: "o18".to_owned(),
        ..wind()
    });
    assert_eq!(unnamed, "EnOS o18");
    let long = profiles.save(Profile {
        name: "x".repeat(500),
        org: "o19".to_owned(),
        ..wind()
    });
    assert!(name_rule(&long).is_none());
    assert_eq!(names(&again(&profiles)).len(), 6);
}

#[test]
fn a_name_is_changed_by_its_rules() {
    let mut profiles = both();
    for (new, rule) in [
        ("", NameRule::Empty),
        (" \t", NameRule::Empty),
        ("a\u{1}b", NameRule::Form),
        ("WIND", NameRule::Taken),
        (&"x".repeat(81), NameRule::Form),
    ] {
        assert_eq!(
            profiles.change("Phones", new, IdleLimit::Sixty),
            Err(rule),
            "{new}"
        );
    }
    assert_eq!(profiles.get("Phones"), Some(&phones()));
    profiles
        .change("Phones", " phones ", IdleLimit::Thirty)
        .unwrap();
    assert_eq!(names(&profiles), ["phones", "Wind"]);
    assert_eq!(profiles.get("phones").unwrap().idle, IdleLimit::Thirty);
    profiles.delete("phones");
    assert_eq!(names(&again(&profiles)), ["Wind"]);
}
