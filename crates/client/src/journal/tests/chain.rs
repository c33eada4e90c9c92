//! Damage of every kind, found.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

fn lines_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

fn broken(bytes: &[u8]) -> ChainError {
    read_all(bytes).expect_err("damage that was not found")
}

#[test]
fn what_is_written_is_read_and_its_links_are_plain_sha_256() {
    let bytes = written(&run());
    let (entries, end) = read_all(&bytes).unwrap();
    assert_eq!(entries, run());
    assert!(end.sealed && !end.torn);
    assert_eq!(end.bytes, bytes.len() as u64);

    let mut expected = "0".repeat(64);
    for line in lines_of(&bytes) {
        let text = String::from_utf8(line).unwrap();
        let start = format!(r#"{{"prev":"{expected}","at":"2026-02-10T12:00:00Z","event":""#);
        assert!(text.starts_with(&start), "{text}");
        let hash = Sha256::digest(text.trim_end_matches('\n'));
        expected = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    }
}

#[test]
fn lines_have_the_documented_form() {
    let text = String::from_utf8(written(&run())).unwrap();
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.split_once("\"event\":").unwrap().1)
        .collect();
    let header = lines[0].to_owned();
    let (before, run) = header.split_once(r#""run":""#).unwrap();
    assert_eq!(
        before,
        r#""header","format":"countermand journal","version":1,"#
    );
    assert!(run.starts_with("20260210T120000-"), "{run}");
    assert!(
        run.ends_with(&format!(
            r#"","provider":"enos","base_url":"https://apim.example","org":"o15","countermand":"{}"}}"#,
            env!("CARGO_PKG_VERSION")
        )),
        "{run}"
    );
    assert_eq!(
        lines[1],
        r#""target","target":0,"device":"enos:asset:a","id":"100","kind":"service invocation","created_at":"2026-02-10T11:58:20.123Z","before":"pending"}"#
    );
    assert_eq!(
        lines[11],
        r#""answered","target":1,"answer":"refused","outcome":"denied","attempts":2,"vendor_code":-99403,"message":"Größe \"x\"\u001b","request_id":"r"}"#
    );
    assert_eq!(lines[14], r#""stopped","reason":"too_many_failures"}"#);
    assert_eq!(
        lines[17],
        r#""settled","target":0,"outcome":"lost_race","before":"pending","after":"cancelled","request_id":"r-1","attempts":1}"#
    );
    assert_eq!(
        lines[20],
        r#""sealed","targets":4,"outcomes":{"cancelled":1,"lost_race":1,"already_finished":1,"denied":1}}"#
    );
}

#[test]
fn run_ids_are_unique() {
    let ids: std::collections::HashSet<String> = (0..1000).map(|_| header().run).collect();
    assert_eq!(ids.len(), 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_changed_byte_is_found_and_its_line_named(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let bytes = written(&run());
        let whole: usize = lines_of(&bytes).iter().rev().skip(1).map(Vec::len).sum();
        let at = at.index(whole);
        prop_assume!(bytes[at] != byte);
        let mut changed = bytes.clone();
        changed[at] = byte;
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let found = broken(&changed);
        match (line, &found) {
            // The first line says what the file is: where it says otherwise, that is the message.
            (1, ChainError::OtherFormat(_) | ChainError::OtherVersion { .. }) => {}
            _ => prop_assert_eq!(found.line(), Some(line), "{:?}", found),
        }
    }

    #[test]
    fn half_a_last_line_is_dropped_wherever_it_was_cut(cut in any::<prop::sample::Index>()) {
        let bytes = written(&run());
        let cut = cut.index(bytes.len());
        let whole = bytes[..cut].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole == 0 {
            prop_assert!(matches!(broken(&bytes[..cut]), ChainError::Empty));
        } else {
            let (entries, end) = read_all(&bytes[..cut]).unwrap();
            prop_assert_eq!(end.bytes, whole as u64);
            prop_assert_eq!(end.torn, whole < cut);
            prop_assert!(!end.sealed);
            prop_assert_eq!(&entries[..], &run()[..entries.len()]);
        }
    }
}

#[test]
fn a_removed_a_swapped_and_a_doubled_line_are_found() {
    let lines = lines_of(&written(&run()));
    let last = lines.len() - 1;
    for at in 1..last {
        let mut without = lines.clone();
        without.remove(at);
        assert_eq!(broken(&without.concat()).line(), Some(at as u64), "{at}");

        let mut doubled = lines.clone();
        doubled.insert(at, lines[at].clone());
        assert_eq!(
            broken(&doubled.concat()).line(),
            Some(at as u64 + 1),
            "{at}"
        );

        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        // The end gives no hint on which side of the gap the damage is.
        let line = broken(&swapped.concat()).line().unwrap();
        assert!([at, at + 1].contains(&(line as usize)), "{at}: {line}");
    }
    // Without its header it is no journal, whatever follows.
    let mut headless = lines.clone();
    headless.remove(0);
    broken(&headless.concat());
}

#[test]
fn two_journals_do_not_mix() {
    let one = lines_of(&written(&run()));
    let other = lines_of(&written(&run()));
    assert_ne!(one[0], other[0]);
    for at in 1..one.len() {
        let mixed = [&one[..at], &other[at..]].concat().concat();
        assert_eq!(broken(&mixed).line(), Some(at as u64), "{at}");
    }
}

#[test]
fn other_things_are_no_journal() {
    let lines = lines_of(&written(&run()));
    let header = String::from_utf8(lines[0].clone()).unwrap();
    assert!(matches!(broken(b""), ChainError::Empty));
    for text in [
        "\n",
        "hello\n",
        "{}\n",
        "[]\n",
        "{\"prev\":\"0\"}\n",
        &header.replace("countermand journal", "countermand plan"),
    ] {
        assert!(
            matches!(broken(text.as_bytes()), ChainError::OtherFormat(_)),
            "{text:?}"
        );
    }
    let newer = header.replace("\"version\":1", "\"version\":2,\"more\":[1]");
    let found = broken(newer.as_bytes());
    assert!(
        matches!(found, ChainError::OtherVersion { found: 2, .. }),
        "{found:?}"
    );
    assert!(found.to_string().contains("version 2"), "{found}");
}

#[test]
fn a_good_chain_of_what_is_no_entry_is_refused() {
    // Whoever makes the chain anew still cannot make it say what has no meaning.
    for wrong in [
        r#""event":"sending""#,
        r#""event":"sending","target":-1"#,
        r#""event":"sending","target":0,"more":1"#,
        r#""event":"sending","target":0,"target":0"#,
        r#""event":"sending","target":7"#,
        r#""event":"sending_everything","device":"enos:asset:a","first":0,"count":18446744073709551615"#,
        r#""event":"target","target":0,"device":"enos:asset:a","id":"1""#,
        r#""event":"target","target":9000000000000000000,"device":"enos:asset:a","id":"1""#,
        r#""event":"target","target":1,"device":"enos:asset:a","id":"not digits""#,
        r#""event":"target","target":1,"device":"applivery:a","id":"1""#,
        r#""event":"settled","target":0,"outcome":"splendid","attempts":1"#,
        r#""event":"stopped","reason":"tired""#,
        r#""event":"other""#,
        r#""event":"header","format":"countermand journal","version":1,"run":"r","provider":"enos","base_url":"https://h","org":"o","countermand":"1""#,
    ] {
        let mut bytes = written(&[target(0, None)]);
        let last = lines_of(&bytes).pop().unwrap();
        let prev: String = Sha256::digest(&last[..last.len() - 1])
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let line = format!(r#"{{"prev":"{prev}","at":"2026-02-10T12:00:00Z",{wrong}}}"#);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        assert_eq!(broken(&bytes).line(), Some(3), "{wrong}");
    }
}

#[test]
fn endless_input_without_a_line_feed_ends() {
    use std::io::{BufReader, Read};
    let endless = BufReader::new(std::io::repeat(0));
    let found = read(endless).next().unwrap().unwrap_err();
    assert!(matches!(found, ChainError::OtherFormat(_)), "{found:?}");

    let start = written(&[]);
    let endless = BufReader::new(start.as_slice().chain(std::io::repeat(b'x')));
    let found = read(endless).nth(1).unwrap().unwrap_err();
    assert_eq!(found.line(), Some(2));
}
