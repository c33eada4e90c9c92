//! The progress of a list or a plan. Shown on a clock, so also while no answer arrives.

use std::{
    convert::Infallible,
    io::{self, IsTerminal},
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use countermand_client::{AskOptions, AskProgress};

use super::drawing::{BETWEEN_DRAWINGS, BETWEEN_LINES, draw, erase, in_words};
use crate::output::{number, say};

/// A wait shorter than this shows nothing.
const QUIET: Duration = Duration::from_millis(700);

/// A wait, and its progress.
#[derive(Debug)]
pub(crate) struct Waiting {
    verb: &'static str,
    on_terminal: bool,
    started: Instant,
    asked: Arc<Mutex<Option<AskProgress>>>,
    /// The items received so far, if their total is unknown.
    came: AtomicUsize,
}

impl Waiting {
    /// Starts a wait.
    pub(crate) fn start(verb: &'static str) -> Self {
        Self {
            verb,
            on_terminal: io::stderr().is_terminal(),
            started: Instant::now(),
            asked: Arc::default(),
            came: AtomicUsize::new(0),
        }
    }

    /// Counts items of an unknown total.
    pub(crate) fn came(&self, count: usize) {
        self.came.fetch_add(count, Ordering::Relaxed);
    }

    /// Returns `options` that report progress to this wait, and end the asking after so many failed devices.
    pub(crate) fn told(&self, mut options: AskOptions, max_errors: Option<usize>) -> AskOptions {
        let asked = Arc::clone(&self.asked);
        options.observe = Some(Arc::new(move |now| {
            *asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            match max_errors {
                Some(most) if now.failed >= most => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }));
        options
    }

    /// Shows the progress again and again. Never ends.
    pub(crate) async fn tick(&self) -> Infallible {
        loop {
            let wait = match self.on_terminal {
                true => BETWEEN_DRAWINGS,
                false => BETWEEN_LINES,
            };
            tokio::time::sleep(wait).await;
            if self.started.elapsed() < QUIET {
                continue;
            }
            let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let elapsed = self.started.elapsed();
            let words = match self.came.load(Ordering::Relaxed) {
                0 => words(self.verb, asked, elapsed),
                came => format!(
                    "{}: {} so far, after {}",
                    self.verb,
                    number(came),
                    in_words(elapsed)
                ),
            };
            if self.on_terminal {
                let (done, total) = asked.map_or((0, 0), |asked| (asked.done, asked.total));
                draw(&words, done, total);
            } else {
                say(&words);
            }
        }
    }

    /// Clears the line for the next message.
    pub(crate) fn clear(&self) {
        if self.on_terminal && self.started.elapsed() >= QUIET {
            erase();
        }
    }
}

fn words(verb: &str, asked: Option<AskProgress>, elapsed: Duration) -> String {
    let Some(asked) = asked.filter(|asked| asked.done > 0) else {
        return format!("{verb}: no response after {}", in_words(elapsed));
    };
    let AskProgress { done, total, .. } = asked;
    let left = elapsed.mul_f64(total.saturating_sub(done) as f64 / done as f64);
    let failed = match asked.failed {
        0 => String::new(),
        failed => format!(", {} failed", number(failed)),
    };
    let (done, total) = (number(done), number(total));
    format!(
        "{verb}: {done}/{total} devices{failed}, {} left",
        in_words(left)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_it_is_and_that_nothing_comes() {
        let at = Duration::from_secs(20);
        assert_eq!(
            words("listing", None, at),
            "listing: no response after 20 s"
        );
    }
}
