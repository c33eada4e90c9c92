//! Where more commands may be pending than a recorded run has targets.

use countermand_client::UnfinishedRun;

use crate::{exit::Doubt, output::count};

/// Describes the devices where more commands may be pending than the run has targets, if there are any.
pub(in crate::commands) fn gaps(run: &UnfinishedRun) -> Option<String> {
    let gaps = [
        (run.devices_unlisted(), "could not be listed"),
        (
            run.devices_partly_listed(),
            "may have been listed incompletely",
        ),
    ];
    let gaps: Vec<String> = gaps
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(number, "device")))
        .collect();
    (!gaps.is_empty()).then(|| {
        format!(
            "When the run started, {}; more commands may be pending there.",
            gaps.join(", and ")
        )
    })
}

/// Returns the same devices as the exit status counts them.
pub(in crate::commands) fn doubt(run: &UnfinishedRun) -> Doubt {
    Doubt {
        unlisted: run.devices_unlisted(),
        partly: run.devices_partly_listed(),
        // A run without targets leaves no journal.
        any_answered: true,
    }
}
