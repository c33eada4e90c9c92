use proptest::prelude::*;

use super::*;
use crate::Device;

fn device(text: &str) -> DeviceRef {
    text.parse().unwrap()
}

fn finds(text: &str, in_device: &str) -> bool {
    SearchText::parse("text", text)
        .unwrap()
        .is_in_device(&device(in_device))
}

const BLANK: [&str; 9] = [
    "",
    " ",
    "\t",
    "\u{a0}\u{2003}",
    "\u{200b}",
    "\u{feff}",
    "\u{2060}\u{ad}",
    "\u{3164}",
    "\r\n",
];

#[test]
fn what_is_blank_is_refused_with_field_rule_and_value() {
    for text in BLANK {
        assert!(is_blank(text), "{text:?}");
        let error = SearchText::parse("--text", text).unwrap_err().to_string();
        assert!(error.starts_with("--text must not be empty"), "{error}");
        assert!(error.ends_with(&format!("{text:?}")), "{error}");
        assert!(KindName::parse("--kind", text).is_err(), "{text:?}");
        for list in [
            text.to_owned(),
            format!("WIPE,{text}"),
            format!("{text},WIPE"),
        ] {
            let error = KindName::parse_list("--kind", &list).unwrap_err();
            assert!(error.to_string().starts_with("--kind must"), "{error}");
        }
    }
    for text in ["_", "-", "- _"] {
        assert!(KindName::parse("--kind", text).is_err(), "{text:?}");
    }
}

#[test]
fn the_words_of_a_devices_text_form_are_not_searched() {
    for form in [
        "enos:asset:A1",
        "enos:key:P1/D1",
        "applivery:Tablet7",
        "enos:key:P1/a%2Fb",
    ] {
        for text in [
            "set",
            "asset",
            "key",
            "enos",
            "app",
            "livery",
            ":",
            "/",
            "enos:",
            "asset:",
            "key:",
            "enos:asset:",
            "enos:key:",
            "applivery:",
            "%",
            "2f",
            "20",
        ] {
            let literal = text == "/" && form.ends_with("a%2Fb");
            assert_eq!(finds(text, form), literal, "{text:?} in {form}");
        }
        assert!(!Device::new(device(form)).matches("key"), "{form}");
    }
}

#[test]
fn parts_are_searched_decoded_and_a_pasted_device_is_found() {
    for (text, form) in [
        ("a1", "enos:asset:A1"),
        ("ENOS:asset:a1", "enos:asset:A1"),
        ("asset:A", "enos:asset:A1"),
        ("a/b", "enos:key:P1/a%2Fb"),
        ("p1/d", "enos:key:P1/D1"),
        ("key:P1/D1", "enos:key:P1/D1"),
        ("enos:key:p1/a%2Fb", "enos:key:P1/a%2Fb"),
        ("applivery:tablet", "applivery:Tablet7"),
        ("tablet7", "applivery:Tablet7"),
    ] {
        assert!(finds(text, form), "{text} in {form}");
    }
    for (text, form) in [
        ("asset:P1", "enos:key:P1/D1"),
        ("key:A1", "enos:asset:A1"),
        ("key:D1", "enos:key:P1/D1"),
        ("p1/x", "enos:key:P1/D1"),
    ] {
        assert!(!finds(text, form), "{text} in {form}");
    }
}

#[test]
fn kinds_are_alike_whatever_their_case_and_their_joints() {
    let kind = |text| KindName::parse("--kind", text).unwrap();
    for text in ["CLEAR_APP_DATA", "clear app data", " Clear-App-Data "] {
        assert!(kind(text).is("CLEAR_APP_DATA"), "{text}");
    }
    assert!(!kind("CLEAR").is("CLEAR_APP_DATA"));
    assert!(!kind("WIPE").is(""));
    let both = KindName::parse_list("--kind", "LOCK, WIPE").unwrap();
    let both: Vec<&str> = both.iter().map(KindName::as_str).collect();
    assert_eq!(both, ["LOCK", "WIPE"]);
}

proptest! {
    /// What narrows a text finds nothing that the text does not find.
    #[test]
    fn what_narrows_another_finds_no_more(
        text in "[a-ekpsty:/% ]{1,5}",
        more in "[a-ekpsty:/% ]{0,4}",
        asset in "[a-ekpsty:/%]{1,8}",
        kind in "[a-ekpsty ]{0,8}",
    ) {
        let device = DeviceRef::Enos(EnosDevice::from_fields(Some(&asset), None, None).unwrap());
        let finds = |text: &SearchText| {
            text.is_searchable() && text.words().all(|word| word.is_in(&kind) || word.is_in_device(&device))
        };
        for other in [format!("{text}{more}"), format!("{more}{text}"), more] {
            if let (Some(text), Some(other)) = (SearchText::typed(&text), SearchText::typed(&other))
                && other.narrows(&text)
                && finds(&other)
            {
                prop_assert!(finds(&text), "{other:?} narrows {text:?}");
            }
        }
    }

    /// A text finds a device by nothing but its own parts.
    #[test]
    fn what_finds_a_device_is_in_its_parts(
        text in "[a-eknopstv:/%0-2 ]{1,5}",
        product in "[a-z0-9/:%]{1,6}",
        key in "[a-z0-9/:%]{1,6}",
    ) {
        prop_assume!(!is_blank(&text));
        let device = DeviceRef::Enos(EnosDevice::from_fields(None, Some(&product), Some(&key)).unwrap());
        let search = SearchText::parse("text", &text).unwrap();
        if search.is_in_device(&device) {
            let joined = format!("{product}/{key}");
            let pasted = device.to_string().starts_with(&text) || device.short().starts_with(&text);
            let form = text.strip_prefix("key:").is_some_and(|parts| !parts.is_empty());
            prop_assert!(
                product.contains(&text) || key.contains(&text) || joined.contains(&text) || pasted || form,
                "{text:?} finds {device}"
            );
        }
    }

    /// Each part of a device finds it, and so does the device as it is printed.
    #[test]
    fn a_device_is_found_by_each_of_its_parts(product in "[A-Za-z0-9/:%é]{1,6}", key in "[A-Za-z0-9/:%é]{1,6}") {
        let device = DeviceRef::Enos(EnosDevice::from_fields(None, Some(&product), Some(&key)).unwrap());
        for text in [device.to_string(), device.short()] {
            prop_assert!(SearchText::parse("text", &text).unwrap().is_in_device(&device), "{text:?}");
        }
        for part in [product, key] {
            let form = FORMS.iter().any(|(form, _)| part.to_lowercase().starts_with(form));
            if !form {
                prop_assert!(SearchText::parse("text", &part).unwrap().is_in_device(&device), "{part:?}");
            }
        }
    }
}
