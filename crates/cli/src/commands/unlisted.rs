//! Devices that could not be listed, or not completely. A reason that several share is reported once.

use countermand_client::Gaps;
use countermand_core_model::{DeviceRef, Listing, PageEnd};

use crate::{
    args::ErrorLimitArgs,
    exit::Doubt,
    failure::in_words,
    output::{self, number, say},
    settings::Redactor,
};

/// The number of devices that are named; more are counted.
const NAMED: usize = 3;

/// Reports which devices could not be listed, or not completely, and why.
pub(super) fn report(redactor: &Redactor, gaps: &Gaps) {
    let mut unlisted = Problems::default();
    for (device, error) in &gaps.problems {
        unlisted.add(device, in_words(error));
    }
    unlisted.set_not_asked(gaps.not_asked.len());
    unlisted.report(redactor);
    for device in &gaps.incomplete {
        say(&format!(
            "{device}: the list may be incomplete; more commands may be pending."
        ));
    }
    if let Some(why) = &gaps.devices_unknown {
        say(&redactor.of(&format!(
            "There may be more devices, but they could not be listed: {why}"
        )));
    }
    if gaps.beyond_limit > 0 {
        let devices = output::count(gaps.beyond_limit, "device");
        say(&format!(
            "Stopped looking: found as many commands as may be cancelled at most; more may be pending on {devices}."
        ));
    }
    for (device, count) in &gaps.unclear {
        let commands = output::count(*count, "command");
        say(&format!(
            "{device}: {commands} left out, because the provider does not say clearly whether they are pending. Use --command ID to cancel one."
        ));
    }
}

/// Returns the gaps as the exit status counts them. `any_answered`: whether another device could be listed.
pub(super) fn doubt(gaps: &Gaps, any_answered: bool) -> Doubt {
    Doubt {
        unlisted: gaps.problems.len() + gaps.not_asked.len(),
        partly: gaps.partly_listed().count()
            + gaps.beyond_limit
            + usize::from(gaps.devices_unknown.is_some()),
        any_answered,
    }
}

/// Why devices could not be listed.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// The devices by reason.
    by_reason: Vec<(String, Vec<String>)>,
    not_asked: usize,
}

impl Problems {
    /// Adds a device that could not be listed.
    pub(super) fn add(&mut self, device: &DeviceRef, words: String) {
        let known = self.by_reason.iter_mut().find(|(known, _)| *known == words);
        match known {
            Some((_, devices)) => devices.push(device.to_string()),
            None => self.by_reason.push((words, vec![device.to_string()])),
        }
    }

    /// Sets the number of devices that were not tried any more.
    pub(super) fn set_not_asked(&mut self, count: usize) {
        self.not_asked = count;
    }

    /// Returns the number of devices that could not be listed.
    pub(super) fn count(&self) -> usize {
        let failed: usize = self
            .by_reason
            .iter()
            .map(|(_, devices)| devices.len())
            .sum();
        failed + self.not_asked
    }

    /// Reports that the devices that failed were as many as the limit.
    pub(super) fn report_limit(&self, errors: ErrorLimitArgs) {
        let failed = self.count() - self.not_asked;
        if errors.limit().is_some_and(|most| failed >= most) {
            let failed = output::count(failed, "failed list");
            say(&format!("Stopped after {failed} ({}).", errors.as_given()));
        }
    }

    /// Reports them.
    pub(super) fn report(&self, redactor: &Redactor) {
        if self.by_reason.is_empty() && self.not_asked > 0 {
            say(&match self.not_asked {
                1 => "1 device was not listed.".to_owned(),
                count => format!("{} devices were not listed.", number(count)),
            });
        }
        let last = self.by_reason.len().saturating_sub(1);
        for (place, (words, devices)) in self.by_reason.iter().enumerate() {
            let rest = match self.not_asked {
                0 => String::new(),
                _ if place < last => String::new(),
                1 => "; 1 more device was not tried".to_owned(),
                more => format!("; {more} more devices were not tried"),
            };
            say(&redactor.of(&format!(
                "{} could not be listed: {words}{rest}",
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

/// Returns what to say of a listing that may be incomplete.
pub(super) fn incomplete_lines<T>(of: &str, listing: &Listing<T>) -> Vec<String> {
    let mut lines = Vec::new();
    match listing.end {
        PageEnd::Complete => {}
        PageEnd::Repeated => lines.push(format!(
            "{of}: the provider announced more than it sent; the list may be incomplete."
        )),
        PageEnd::TooMany => lines.push(format!("{of}: too many pages; the list is incomplete.")),
    }
    match listing.undecodable {
        0 => {}
        1 => lines.push(format!(
            "{of}: 1 entry left out, because it could not be read (no valid ID, for example)."
        )),
        count => lines.push(format!(
            "{of}: {} entries left out, because they could not be read (no valid ID, for example).",
            number(count)
        )),
    }
    lines
}
