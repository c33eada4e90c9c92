//! A run and its results.

/// The heading while it goes on.
pub const GOING: &str = "Cancelling";
/// The heading when it is over.
pub const OVER: &str = "Results";
/// The button that stops it.
pub const STOP: &str = "Stop";
/// What stopping means.
pub const STOP_HINT: &str = "Sends nothing more; what was sent is still read again";
/// After it was pressed.
pub const STOPPING: &str = "Stopping…";
/// Closes the results.
pub const CLOSE: &str = "Close results";
/// The progress bar's name.
pub const BAR: &str = "Commands settled";
/// The results' caption.
pub const CAPTION: &str = "What became of each command";
/// A column.
pub const COLUMN_COMMAND: &str = "Command";
/// A column.
pub const COLUMN_DEVICE: &str = "Device";
/// A column.
pub const COLUMN_OUTCOME: &str = "Outcome";
/// A column.
pub const COLUMN_WHY: &str = "What that means";
/// A live state.
pub const QUEUED: &str = "In line";
/// A live state.
pub const SENDING: &str = "Sending the cancel…";
/// A live state.
pub const VERIFYING: &str = "Reading it again…";
/// A row that was not asked for.
pub const BEYOND: &str = "Not selected: the vendor named it in its answer.";
/// Nothing was there.
pub const NOTHING_WAITED: &str = "Nothing waited there any more. Nothing was sent.";
/// Nothing could be read.
pub const NOTHING_READ: &str = "What waits could not be read. Nothing was sent.";
/// A list that may not be whole.
pub const INCOMPLETE: &str = "The list of what waits may not have been whole: more may wait there.";
/// Reads a target again.
pub const READ_AGAIN: &str = "Read again";

/// While the targets are read.
pub fn planning(total: usize) -> String {
    format!(
        "Reading {} once more before anything is sent",
        super::commands(total)
    )
}

/// While it goes on.
pub fn going(done: usize, total: usize, failed: usize) -> String {
    if failed > 0 {
        format!("{done} of {total} done, {failed} failed")
    } else {
        format!("{done} of {total} done")
    }
}

/// When it is over.
pub fn summary(total: usize, parts: &str) -> String {
    format!("{}: {parts}.", super::commands(total))
}

/// Cancels that came too late.
pub fn lost_races(count: usize) -> String {
    if count == 1 {
        "1 command went to its device before the cancel took hold.".to_owned()
    } else {
        format!("{count} commands went to their devices before the cancels took hold.")
    }
}

/// What reading again showed.
pub fn now(state: &str) -> String {
    format!(
        "Read again: the vendor now reports it {}.",
        state.to_lowercase()
    )
}

/// Reading again failed.
pub fn still_unread(title: &str) -> String {
    format!("Read again, without success: {title}.")
}

/// The accessible name of the button that reads again.
pub fn read_again(title: &str, device: &str) -> String {
    format!("{READ_AGAIN}: {title} on {device}")
}
