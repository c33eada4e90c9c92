//! Prints how the console names each outcome of a cancel.

use countermand_client::CancelOutcome;
use countermand_console::outcome::{counted, name, tone};

fn main() {
    for outcome in CancelOutcome::ALL {
        println!(
            "{:8} {} / {}",
            tone(outcome.group()).name(),
            name(outcome),
            counted(outcome, 3)
        );
    }
}
