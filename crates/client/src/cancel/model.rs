//! Searches the race between cancel, delivery, expiry, retry, lost response and crash for one and two commands of a
//! device, in every order. The provider and the device are a model; everything that decides (the queues, the
//! attempts, the journal and what a resume makes of it) is the production code.
//!
//! In every reachable state:
//!
//! - "cancelled" is said only after a reading after the cancel said so, and it is true;
//! - no second cancel is sent while an earlier one may have been executed, unless a later reading showed the command
//!   still pending;
//! - no outcome is false, and each target gets exactly one, in the rows and in the journal;
//! - a run that crashed at any moment and was resumed ends as an uninterrupted run could have ended;
//! - on EnOS no older command is sent before a newer one that is still to be sent.

mod invariants;
mod process;
mod provider_model;
mod search;
mod state;
mod sweep;
mod transitions;

use std::collections::BTreeSet;

use countermand_core_model::{CancelOutcome, CommandState};
use search::{Luck, Search, Setting};

use crate::cancel::Order;

/// Searches everything that can happen, and says how much that was.
fn search(setting: Setting) -> Search {
    let search = Search::everything(setting);
    println!(
        "{setting:?}: {} states, {} ends",
        search.states(),
        search.ends().len()
    );
    assert!(search.states() > 50, "the model stands still");
    search
}

/// Asserts that a resumed run ends only as an uninterrupted run can. Each command is compared by itself, because a
/// crash lies between their rows.
fn resuming_adds_no_end(setting: Setting) {
    let mut whole = rows(&search(Setting {
        crashes: 0,
        ..setting
    }));
    if setting.call {
        // What the one call was not sent for is sent one by one by whoever resumes.
        whole.extend(rows(&search(Setting {
            call: false,
            crashes: 0,
            ..setting
        })));
    }
    if setting.swept {
        // What was found and not sent is read again by whoever resumes, as if it had been planned.
        whole.extend(rows(&search(Setting {
            swept: false,
            crashes: 0,
            ..setting
        })));
    }
    let crashed = rows(&search(setting));
    let added: Vec<_> = crashed.difference(&whole).collect();
    assert!(added.is_empty(), "{setting:?}: {added:#?}");
}

/// What was true of each command in the end, and what was said of it.
fn rows(search: &Search) -> BTreeSet<(usize, CommandState, Option<CancelOutcome>)> {
    let ends = search.ends().iter();
    ends.flat_map(|end| end.iter().enumerate())
        .map(|(number, (truth, said))| (number, *truth, *said))
        .collect()
}

#[test]
fn one_command() {
    for order in [Order::AtOnce, Order::NewestFirst] {
        let setting = Setting {
            order,
            ..Setting::default()
        };
        let search = search(setting);
        search.meets_every_outcome();
    }
}

#[test]
fn one_command_and_a_crash() {
    for order in [Order::AtOnce, Order::NewestFirst] {
        resuming_adds_no_end(Setting {
            order,
            crashes: 1,
            ..Setting::default()
        });
    }
}

#[test]
fn one_command_and_two_crashes() {
    resuming_adds_no_end(Setting {
        crashes: 2,
        ..Setting::default()
    });
}

#[test]
fn one_command_that_is_watched() {
    resuming_adds_no_end(Setting {
        watch: true,
        crashes: 1,
        ..Setting::default()
    });
}

#[test]
fn one_command_of_a_run_that_is_stopped_and_resumed() {
    search(Setting {
        stops: true,
        crashes: 1,
        ..Setting::default()
    });
}

#[test]
fn two_commands_of_a_queue() {
    resuming_adds_no_end(Setting {
        commands: 2,
        crashes: 1,
        luck: Luck::Common,
        ..Setting::default()
    });
}

#[test]
fn two_commands_that_stand_for_themselves() {
    resuming_adds_no_end(Setting {
        order: Order::AtOnce,
        commands: 2,
        crashes: 1,
        luck: Luck::Common,
        ..Setting::default()
    });
}

#[test]
fn the_one_call_for_everything() {
    resuming_adds_no_end(Setting {
        call: true,
        commands: 2,
        crashes: 1,
        luck: Luck::Common,
        ..Setting::default()
    });
}

#[test]
fn the_one_call_of_a_run_that_is_stopped_and_resumed() {
    search(Setting {
        call: true,
        commands: 2,
        stops: true,
        crashes: 1,
        luck: Luck::Common,
        ..Setting::default()
    });
}

#[test]
fn a_sweep_that_finds_one_command() {
    for (order, luck, crashes) in [
        (Order::AtOnce, Luck::Any, 0),
        (Order::NewestFirst, Luck::Any, 0),
        (Order::NewestFirst, Luck::Common, 1),
    ] {
        resuming_adds_no_end(Setting {
            order,
            swept: true,
            crashes,
            luck,
            ..Setting::default()
        });
    }
}

/// A sweep that finds two commands while cancels are under way.
const TWO_FOUND: Setting = Setting {
    order: Order::AtOnce,
    commands: 2,
    call: false,
    swept: true,
    later: false,
    at_most: None,
    crashes: 1,
    stops: false,
    watch: false,
    luck: Luck::Good,
};

#[test]
fn a_sweep_that_finds_two_commands() {
    resuming_adds_no_end(TWO_FOUND);
}

#[test]
fn a_sweep_that_is_stopped_and_resumed() {
    search(Setting {
        stops: true,
        ..TWO_FOUND
    });
}

#[test]
fn a_sweep_for_one_command_at_most() {
    search(Setting {
        at_most: Some(1),
        ..TWO_FOUND
    });
}

#[test]
fn a_resumed_sweep_leaves_alone_what_was_given_since() {
    search(Setting {
        later: true,
        ..TWO_FOUND
    });
}
