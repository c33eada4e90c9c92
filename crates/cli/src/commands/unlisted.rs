//! Devices that could not be listed, and why: what holds for all of them is said once.

use countermand_core_model::DeviceRef;

use crate::{output::say, settings::KeepOut};

/// More devices than this are counted, not named.
const NAMED: usize = 3;

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
