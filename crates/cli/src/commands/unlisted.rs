//! Devices that could not be listed, and why: what holds for all of them is said once.

use std::collections::HashSet;

use countermand_client::LeftOut;
use countermand_core_model::DeviceRef;
use countermand_transport::ApiError;

use crate::{exit::Doubt, failure::in_words, output::say, settings::KeepOut};

/// More devices than this are counted, not named.
const NAMED: usize = 3;

/// Devices that a run was to list itself, and where more may wait than it has rows.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// They could not be listed.
    pub(super) problems: Vec<(DeviceRef, ApiError)>,
    /// So many were not asked about any more.
    pub(super) not_asked: usize,
    /// Their list may not have been whole.
    pub(super) incomplete: Vec<DeviceRef>,
    /// Commands were left out because it is not clear whether they wait.
    pub(super) unclear: Vec<(DeviceRef, usize)>,
    /// What waits, and the filter leaves out.
    pub(super) left_out: LeftOut,
}

impl Gaps {
    /// Says it.
    pub(super) fn tell(&self, keep_out: &KeepOut) {
        tell(
            keep_out,
            &self.problems,
            self.not_asked,
            &self.incomplete,
            &self.unclear,
        );
    }

    /// What of it the exit status tells. `any_answered`: about another device.
    pub(super) fn doubt(&self, any_answered: bool) -> Doubt {
        let unclear = self.unclear.iter().map(|(device, _)| device);
        let partly: HashSet<&DeviceRef> = self.incomplete.iter().chain(unclear).collect();
        Doubt {
            unlisted: self.problems.len() + self.not_asked,
            partly: partly.len(),
            any_answered,
        }
    }
}

/// Says which devices could not be listed, or not wholly, and why.
pub(super) fn tell(
    keep_out: &KeepOut,
    problems: &[(DeviceRef, ApiError)],
    not_asked: usize,
    incomplete: &[DeviceRef],
    unclear: &[(DeviceRef, usize)],
) {
    let mut unlisted = Problems::default();
    for (device, error) in problems {
        unlisted.add(device, in_words(error));
    }
    unlisted.not_asked(not_asked);
    unlisted.tell(keep_out);
    for device in incomplete {
        say(&format!(
            "{device}: the list may not be whole: more may wait than was seen"
        ));
    }
    for (device, count) in unclear {
        let commands = if *count == 1 { "command" } else { "commands" };
        say(&format!(
            "{device}: {count} {commands} left out: the vendor does not say clearly whether this waits; --command ID cancels one by name"
        ));
    }
}

/// Why devices could not be listed.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// By the words for it, the devices.
    by_words: Vec<(String, Vec<String>)>,
    not_asked: usize,
}

impl Problems {
    /// `device` could not be listed.
    pub(super) fn add(&mut self, device: &DeviceRef, words: String) {
        let known = self.by_words.iter_mut().find(|(known, _)| *known == words);
        match known {
            Some((_, devices)) => devices.push(device.to_string()),
            None => self.by_words.push((words, vec![device.to_string()])),
        }
    }

    /// So many devices were not asked about any more.
    pub(super) fn not_asked(&mut self, count: usize) {
        self.not_asked = count;
    }

    /// How many devices there are of which nothing is known.
    pub(super) fn count(&self) -> usize {
        let failed: usize = self.by_words.iter().map(|(_, devices)| devices.len()).sum();
        failed + self.not_asked
    }

    /// Says it.
    pub(super) fn tell(&self, keep_out: &KeepOut) {
        if self.by_words.is_empty() && self.not_asked > 0 {
            say(&match self.not_asked {
                1 => "1 device was not listed".to_owned(),
                count => format!("{count} devices were not listed"),
            });
        }
        let last = self.by_words.len().saturating_sub(1);
        for (place, (words, devices)) in self.by_words.iter().enumerate() {
            let rest = match self.not_asked {
                0 => String::new(),
                _ if place < last => String::new(),
                1 => "; 1 more device was not asked about".to_owned(),
                more => format!("; {more} more devices were not asked about"),
            };
            say(&keep_out.of(&format!(
                "{}: could not be listed: {words}{rest}",
                named(devices)
            )));
        }
    }
}

fn named(devices: &[String]) -> String {
    match devices.len().saturating_sub(NAMED) {
        0 => devices.join(", "),
        more => format!("{} and {more} more", devices[..NAMED].join(", ")),
    }
}
