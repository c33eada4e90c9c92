//! Everything that the console says.
//!
//! # How to add a text
//! Write it into `crates/console/lang/en.txt`, whose head describes the form, and in the same place into every
//! other file there: `cargo nextest run -p countermand-console text::` says what is missing. The section's
//! module then has a function of the key's name: `text::table::cancel(3)`. A text without arguments is
//! `&'static str`, one with arguments a `String`. What only decides which text it is (by a provider, by a
//! state) is written in Rust, in the section's file here; where a type of the console decides, beside that type.
//!
//! A text is taken when it is shown, not kept in the state: the language may change meanwhile. Where a
//! state has to remember which text it is, it keeps the function (`fn() -> &'static str`).

mod catalogue;
pub mod devices;
mod file;
mod fill;
pub mod formats;
mod message;
mod plural;
pub mod problems;
pub mod review;
pub mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::speak;

use countermand_core_model::{CommandState, DeviceRef};

pub use catalogue::{
    Catalogue, NotThisVersion, about, approvals, brake, connect, consequences, details, everywhere,
    firing, history, language, network, outcomes, outcomes_counted, outcomes_next, outcomes_why,
    page::*, print, profiles, ran, relay, result_groups, rules, run, server_runs, settings,
    severity, shortcuts, spoken, undone, why_not,
};
use catalogue::{states, states_within};
/// Returns the text form of a device without its provider.
pub fn short(device: &DeviceRef) -> String {
    device.short()
}

/// A state in a word or two.
pub fn state(state: CommandState) -> &'static str {
    match state {
        CommandState::Pending => states::pending(),
        CommandState::Sent => states::sent(),
        CommandState::Succeeded => states::succeeded(),
        CommandState::Failed => states::failed(),
        CommandState::Cancelled => states::cancelled(),
        CommandState::Expired => states::expired(),
        CommandState::TimedOut => states::timed_out(),
        CommandState::Unknown => states::unknown(),
    }
}

/// The same within a sentence.
pub fn state_within(state: CommandState) -> &'static str {
    match state {
        CommandState::Pending => states_within::pending(),
        CommandState::Sent => states_within::sent(),
        CommandState::Succeeded => states_within::succeeded(),
        CommandState::Failed => states_within::failed(),
        CommandState::Cancelled => states_within::cancelled(),
        CommandState::Expired => states_within::expired(),
        CommandState::TimedOut => states_within::timed_out(),
        CommandState::Unknown => states_within::unknown(),
    }
}

/// Returns the text of a state that the provider still reports although the validity has expired.
pub fn past_validity() -> &'static str {
    states::past_validity()
}

/// What a crate below says in English, in the language that is spoken; as it is where that is not known.
pub fn found(english: &'static str) -> &'static str {
    catalogue::found(english).unwrap_or(english)
}

/// What was said in the language of that moment, in the one that is spoken now: for what a state had to
/// keep as a text. A text with arguments stays as it was.
pub fn again(said: &str) -> &str {
    catalogue::found(said).unwrap_or(said)
}

/// Things one after the other: "a, b, c".
pub fn list(things: impl IntoIterator<Item = String>) -> String {
    let things = things.into_iter();
    things
        .reduce(|first, next| pair(&first, &next))
        .unwrap_or_default()
}
