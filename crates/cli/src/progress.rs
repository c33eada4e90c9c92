//! How far a run is: one line that is written over, on a terminal only.

use std::{
    io::{self, IsTerminal, Write},
    sync::Mutex,
    time::{Duration, Instant},
};

/// More often than this nobody can read it.
const BETWEEN: Duration = Duration::from_millis(100);

/// The line. Silent where standard error is no terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: bool,
    started: Instant,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self {
            shown: io::stderr().is_terminal(),
            started: Instant::now(),
            last: Mutex::new(None),
        }
    }

    /// So many are settled.
    pub(crate) fn update(&self, done: usize, total: usize) {
        if !self.shown {
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        let now = Instant::now();
        if last.is_some_and(|last| now - last < BETWEEN) {
            return;
        }
        *last = Some(now);
        write(&format!(
            "\r\x1b[K{}",
            line(done, total, now - self.started)
        ));
    }

    /// Leaves the line empty for what is said next.
    pub(crate) fn clear(&self) {
        if self.shown {
            write("\r\x1b[K");
        }
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr();
    // Nobody looks any more: no reason to end.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

fn line(done: usize, total: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let mut line = format!("{done} of {total} settled");
    if done > 0 && seconds >= 1.0 {
        let rate = done as f64 / seconds;
        let left = total.saturating_sub(done) as f64 / rate;
        line.push_str(&format!(", {rate:.1} a second, about {left:.0} s left"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_once_there_is_something_to_go_by() {
        assert_eq!(line(0, 9, Duration::from_secs(5)), "0 of 9 settled");
        assert_eq!(line(3, 9, Duration::from_millis(10)), "3 of 9 settled");
        assert_eq!(
            line(30, 90, Duration::from_secs(10)),
            "30 of 90 settled, 3.0 a second, about 20 s left"
        );
    }
}
