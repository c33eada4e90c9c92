//! Asks a server until it answers. It may be restarted meanwhile: its runs go on.

use std::time::{Duration, Instant};

use crate::{
    failure::in_words,
    output::say,
    progress::{ProgressLine, in_words as time_in_words},
    server::ServerError,
    settings::Redactor,
    signals::Signals,
};

/// How long a server that does not answer is asked again.
const PATIENCE: Duration = Duration::from_secs(300);

/// The time between two questions.
pub(super) const BETWEEN: Duration = Duration::from_secs(1);

/// Why nobody waits for a run any more. It goes on.
#[derive(Debug)]
pub(super) enum Left {
    /// A signal came.
    Interrupted,
    /// The server gave no answer for too long, or one that will stay the same.
    NoAnswer(ServerError),
}

/// Asks until there is an answer, a signal, or no hope.
pub(super) async fn patiently<T>(
    redactor: &Redactor,
    progress: &ProgressLine,
    signals: &mut Signals,
    ask: impl AsyncFn() -> Result<T, ServerError>,
) -> Result<T, Left> {
    let mut failing_since = None;
    loop {
        let answer = tokio::select! {
            answer = ask() => answer,
            () = signals.next() => return Err(Left::Interrupted),
        };
        let error = match answer {
            Ok(answer) => {
                if failing_since.is_some() {
                    progress.clear();
                    say("The server answers again.");
                }
                return Ok(answer);
            }
            Err(error) if !error.may_pass() => return Err(Left::NoAnswer(error)),
            Err(error) => error,
        };
        let since = *failing_since.get_or_insert_with(|| {
            progress.clear();
            let why = redactor.of(&in_words(&error));
            let patience = time_in_words(PATIENCE);
            say(&format!(
                "Asking again for {patience}: {why}; the run goes on meanwhile."
            ));
            Instant::now()
        });
        if since.elapsed() >= PATIENCE {
            return Err(Left::NoAnswer(error));
        }
        pause(signals).await?;
    }
}

/// Waits for the time between two questions.
pub(super) async fn pause(signals: &mut Signals) -> Result<(), Left> {
    tokio::select! {
        () = tokio::time::sleep(BETWEEN) => Ok(()),
        () = signals.next() => Err(Left::Interrupted),
    }
}
