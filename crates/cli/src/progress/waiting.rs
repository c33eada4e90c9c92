//! How far a list or a plan is: on a clock, also where nothing comes.

use std::{
    convert::Infallible,
    io::{self, IsTerminal},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use countermand_client::{AskOptions, Asked};

use super::drawing::{BETWEEN_DRAWINGS, BETWEEN_LINES, drawn, in_words, write};
use crate::output::{say, stderr_shape};

/// What is over sooner needs no bar.
const QUIET: Duration = Duration::from_millis(700);

/// What is waited for.
#[derive(Debug)]
pub(crate) struct Waiting {
    verb: &'static str,
    on_terminal: bool,
    started: Instant,
    asked: Arc<Mutex<Option<Asked>>>,
    /// How many came, where nobody knows of how many.
    came: AtomicUsize,
}

impl Waiting {
    /// From now on.
    pub(crate) fn start(verb: &'static str) -> Self {
        Self {
            verb,
            on_terminal: io::stderr().is_terminal(),
            started: Instant::now(),
            asked: Arc::default(),
            came: AtomicUsize::new(0),
        }
    }

    /// So many more have come, of nobody knows how many.
    pub(crate) fn came(&self, count: usize) {
        self.came.fetch_add(count, Ordering::Relaxed);
    }

    /// `options`, so that this is told how far it is.
    pub(crate) fn told(&self, mut options: AskOptions) -> AskOptions {
        let asked = Arc::clone(&self.asked);
        options.observe = Some(Arc::new(move |now| {
            *asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }));
        options
    }

    /// Shows again and again how far it is. Never ends.
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
                came => format!("{}: {came} so far, after {}", self.verb, in_words(elapsed)),
            };
            if self.on_terminal {
                let width = stderr_shape().width.unwrap_or(80).saturating_sub(1);
                let (done, total) = asked.map_or((0, 0), |asked| (asked.done, asked.total));
                write(&format!("\r\x1b[K{}", drawn(&words, done, total, width)));
            } else {
                say(&words);
            }
        }
    }

    /// Leaves the line empty for what is said next.
    pub(crate) fn clear(&self) {
        if self.on_terminal && self.started.elapsed() >= QUIET {
            write("\r\x1b[K");
        }
    }
}

fn words(verb: &str, asked: Option<Asked>, elapsed: Duration) -> String {
    let Some(Asked { done, total, .. }) = asked.filter(|asked| asked.done > 0) else {
        return format!("{verb}: nothing has come yet, after {}", in_words(elapsed));
    };
    let left = elapsed.mul_f64(total.saturating_sub(done) as f64 / done as f64);
    format!("{verb}: {done}/{total} devices, {} left", in_words(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_it_is_and_that_nothing_comes() {
        let at = Duration::from_secs(20);
        assert_eq!(
            words("listing", None, at),
            "listing: nothing has come yet, after 20 s"
        );
    }
}
