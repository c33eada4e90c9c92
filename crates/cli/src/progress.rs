//! The progress of a run: a bar on a terminal, and elsewhere a line every ten seconds.
//!
//! Not by indicatif: it prints nothing without a terminal, where a long run needs its lines most, and it would be a
//! second way to write to a terminal beside `output`.

mod drawing;
mod waiting;

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use countermand_client::{CancelOutcome, Progress, SweepStatus};

pub(crate) use drawing::in_words;
pub(crate) use waiting::Waiting;

use drawing::{BETWEEN_DRAWINGS, BETWEEN_LINES, draw, erase};

use crate::output::{number, say};

/// The bar, or the lines.
#[derive(Debug)]
pub(crate) struct ProgressLine {
    on_terminal: bool,
    shown: Mutex<Drawn>,
}

#[derive(Debug)]
struct Drawn {
    progress: Progress,
    sweep: Option<SweepStatus>,
    /// When the line was last shown.
    at: Option<Instant>,
    /// When a target was last settled, or the start.
    moved: Instant,
    started: Instant,
}

impl Default for ProgressLine {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            on_terminal: io::stderr().is_terminal(),
            shown: Mutex::new(Drawn {
                progress: Progress::of(0),
                sweep: None,
                at: None,
                moved: now,
                started: now,
            }),
        }
    }
}

impl ProgressLine {
    /// Shows this progress.
    pub(crate) fn update(&self, progress: &Progress) {
        {
            let mut shown = self.shown();
            shown.progress = *progress;
            shown.moved = Instant::now();
        }
        self.show();
    }

    /// Sets the number of targets found so far.
    pub(crate) fn found(&self, total: usize) {
        self.shown().progress.total = total;
        self.show();
    }

    /// Sets how far a sweep is.
    pub(crate) fn looked_at(&self, sweep: SweepStatus) {
        self.shown().sweep = Some(sweep);
        self.show();
    }

    /// Shows the progress if it is due. Called every second, so that a run in which nothing settles is not silent.
    pub(crate) fn show(&self) {
        let now = Instant::now();
        let (progress, sweep, still) = {
            let mut shown = self.shown();
            let waits = if self.on_terminal {
                shown.at.is_some_and(|at| now - at < BETWEEN_DRAWINGS)
            } else {
                now - shown.at.unwrap_or(shown.started) < BETWEEN_LINES
            };
            if waits {
                return;
            }
            shown.at = Some(now);
            (shown.progress, shown.sweep, now - shown.moved)
        };
        let (words, done, total) = match &sweep {
            Some(sweep) => {
                let looked_at = sweep.devices - sweep.left();
                (sweep_words(sweep, &progress), looked_at, sweep.devices)
            }
            None => (words(&progress, still), progress.done, progress.total),
        };
        if self.on_terminal {
            draw(&words, done, total);
        } else {
            say(&words);
        }
    }

    fn shown(&self) -> MutexGuard<'_, Drawn> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears the line for the next message.
    pub(crate) fn clear(&self) {
        if self.on_terminal {
            erase();
        }
    }
}

/// Returns the progress of a sweep in words. "Stopped" is what was read as cancelled.
fn sweep_words(sweep: &SweepStatus, progress: &Progress) -> String {
    let more = if sweep.all_known { "" } else { "+" };
    let mut words = format!(
        "{}/{}{more} devices",
        number(sweep.devices - sweep.left()),
        number(sweep.devices)
    );
    if let Some(left) = sweep.time_left {
        let _ = write!(words, ", {} left", in_words(left));
    }
    let stopped = progress.count(CancelOutcome::Cancelled);
    let too_late = [
        CancelOutcome::LostRace,
        CancelOutcome::AlreadyDelivered,
        CancelOutcome::AlreadyFinished,
    ];
    let too_late: usize = too_late.map(|outcome| progress.count(outcome)).iter().sum();
    let open = progress.total.saturating_sub(progress.done);
    let _ = write!(
        words,
        ", {} found: {} stopped, {} too late, {} under way",
        number(progress.total),
        number(stopped),
        number(too_late),
        number(open)
    );
    let others = progress.done.saturating_sub(stopped + too_late);
    if others > 0 {
        let _ = write!(words, ", {} not stopped", number(others));
    }
    if sweep.failed > 0 {
        let _ = write!(words, "; {} devices failed", number(sweep.failed));
    }
    words
}

/// Returns the progress in words. Done and total come first: a line that is too long is cut. `still`: how long ago
/// the last target was settled.
fn words(progress: &Progress, still: Duration) -> String {
    let (done, total) = (number(progress.done), number(progress.total));
    let mut words = format!("{done}/{total} finished");
    if let Some(rate) = progress.rate {
        let _ = write!(words, ", {rate:.1} per second");
    }
    if let Some(left) = progress.time_left {
        let _ = write!(words, ", {} left", in_words(left));
    }
    if still >= BETWEEN_LINES {
        let _ = write!(words, ", none for {}", in_words(still));
    }
    for (outcome, count) in progress.counts() {
        let _ = write!(words, ", {} {outcome}", number(count));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(progress: &Progress, words: &str, width: usize) -> String {
        drawing::bar(words, progress.done, progress.total, width)
    }

    fn progress() -> Progress {
        let mut progress = Progress::of(80);
        progress.done = 20;
        progress.rate = Some(12.34);
        progress.time_left = Some(Duration::from_secs(5));
        progress
    }

    #[test]
    fn it_says_how_far_how_fast_and_how_long() {
        let at_once = |progress| words(&progress, Duration::ZERO);
        assert_eq!(
            bar(&progress(), &at_once(progress()), 120),
            "[######..................] 20/80 finished, 12.3 per second, 5 s left"
        );
        let none = Progress::of(0);
        assert_eq!(
            bar(&none, &at_once(none), 30),
            "[...............] 0/0 finished"
        );
        assert_eq!(
            words(&Progress::of(3), Duration::from_secs(61)),
            "0/3 finished, none for 61 s"
        );
    }

    #[test]
    fn it_never_wraps() {
        for width in 0..120 {
            let words = words(&progress(), Duration::from_secs(width as u64));
            let bar = bar(&progress(), &words, width);
            assert!(bar.chars().count() <= width, "{width}");
        }
        let words = words(&progress(), Duration::ZERO);
        assert_eq!(bar(&progress(), &words, 10), "20/80 fini");
    }

    #[test]
    fn times_in_words() {
        for (seconds, words) in [(5, "5 s"), (150, "3 min"), (9000, "2.5 h")] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
