//! Several devices, pasted as one text.

use std::collections::HashSet;

use countermand_core_model::{DeviceRef, Provider};

/// What a pasted text holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PastedDevices {
    /// The devices, each once, in their order; none that was known before.
    pub good: Vec<DeviceRef>,
    /// What is no device of this provider, and why.
    pub bad: Vec<Bad>,
    /// How many were named before, here or earlier.
    pub known: usize,
}

/// A word that is no device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The word as it was pasted.
    pub text: String,
    /// The rule it breaks, as the end of a sentence.
    pub reason: &'static str,
}

impl PastedDevices {
    /// Reads `text`: devices stand one per line, or separated by blanks, commas or semicolons, with or
    /// without quotation marks.
    pub fn read(provider: Provider, text: &str, is_chosen: impl Fn(&DeviceRef) -> bool) -> Self {
        let mut named: HashSet<DeviceRef> = HashSet::new();
        let mut pasted = Self::default();
        let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        for word in text.split(separator) {
            let word = word.trim_matches(['"', '\'']);
            if word.is_empty() {
                continue;
            }
            match DeviceRef::parse_for(provider, word) {
                Ok(device) if !is_chosen(&device) && named.insert(device.clone()) => {
                    pasted.good.push(device);
                }
                Ok(_) => pasted.known += 1,
                Err(invalid) => pasted.bad.push(Bad {
                    text: word.to_owned(),
                    reason: invalid.rule(),
                }),
            }
        }
        pasted
    }

    /// What stays in the box: the words that are no devices, one per line.
    pub fn left_over(&self) -> String {
        let words: Vec<&str> = self.bad.iter().map(|bad| bad.text.as_str()).collect();
        words.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::device;

    #[test]
    fn every_separator_separates() {
        let pasted = PastedDevices::read(
            Provider::Applivery,
            "A1\nB2, C3;D4\t\"E5\"  F6,,;\r\n",
            |_| false,
        );
        let names: Vec<String> = pasted.good.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            ["A1", "B2", "C3", "D4", "E5", "F6"].map(|id| format!("applivery:{id}"))
        );
        assert!(pasted.bad.is_empty());
    }

    #[test]
    fn the_good_ones_are_kept_and_the_bad_ones_named_with_their_reason() {
        let pasted = PastedDevices::read(
            Provider::Enos,
            "enos:asset:a1 R58M123\nkey:pk/dk;applivery:x",
            |_| false,
        );
        assert_eq!(
            pasted.good,
            [device("enos:asset:a1"), device("enos:key:pk/dk")]
        );
        let bad: Vec<&str> = pasted.bad.iter().map(|bad| bad.text.as_str()).collect();
        assert_eq!(bad, ["R58M123", "applivery:x"]);
        assert!(
            pasted
                .bad
                .iter()
                .all(|bad| bad.reason.starts_with("must be"))
        );
        assert_eq!(pasted.left_over(), "R58M123\napplivery:x");
    }

    #[test]
    fn a_device_counts_once() {
        let before = [device("applivery:A1")];
        let pasted = PastedDevices::read(Provider::Applivery, "A1 applivery:A1 B2 B2", |device| {
            before.contains(device)
        });
        assert_eq!(pasted.good, [device("applivery:B2")]);
        assert_eq!(pasted.known, 3);
    }

    #[test]
    fn nothing_is_in_an_empty_box() {
        assert_eq!(
            PastedDevices::read(Provider::Enos, " \n,; ", |_| false),
            PastedDevices::default()
        );
    }
}
