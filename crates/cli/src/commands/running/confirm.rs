//! The question before anything is sent. Its default is no.

use std::io::{self, BufRead, Write};

use tokio::sync::oneshot;

use crate::{failure::Failure, signals::Signals};

/// Asks on the terminal. Anything but a clear yes is a no.
///
/// # Errors
/// When a signal comes before the answer.
pub(in crate::commands) async fn ask(
    question: &str,
    signals: &mut Signals,
) -> Result<bool, Failure> {
    interruptible(answer(&format!("{question} [y/N]"), is_yes), signals).await
}

async fn interruptible(
    answer: impl Future<Output = bool>,
    signals: &mut Signals,
) -> Result<bool, Failure> {
    tokio::select! {
        agreed = answer => Ok(agreed),
        () = signals.next() => {
            // The terminal shows ^C on the line of the question.
            eprintln!();
            Err(Failure::interrupted())
        }
    }
}

/// Asks on the terminal for `expected`. Anything else is a no.
///
/// # Errors
/// When a signal comes before the answer.
pub(in crate::commands) async fn ask_for(
    question: &str,
    expected: &str,
    signals: &mut Signals,
) -> Result<bool, Failure> {
    let expected = expected.to_owned();
    interruptible(
        answer(question, move |line| line.trim() == expected),
        signals,
    )
    .await
}

async fn answer(question: &str, is_agreed: impl FnOnce(&str) -> bool + Send + 'static) -> bool {
    let mut stderr = io::stderr();
    let asked = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    if asked.is_err() {
        // Nobody saw the question.
        return false;
    }
    let (answer, answered) = oneshot::channel();
    // A thread of its own: reading a terminal cannot be interrupted, and nothing waits for this thread.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        // The caller may have been interrupted meanwhile.
        let _ = answer.send(read.is_ok() && is_agreed(&line));
    });
    answered.await.unwrap_or(false)
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        for line in ["y\n", "Y\r\n", " yes\n", "YES"] {
            assert!(is_yes(line), "{line:?}");
        }
        for line in ["", "\n", "n\n", "no", "ye", "yy", "1", "cancel\n", "ok\n"] {
            assert!(!is_yes(line), "{line:?}");
        }
    }
}
