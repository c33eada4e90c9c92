//! `list --watch`: reads again and again, until a signal comes.

use std::time::{Duration, SystemTime};

use countermand_core_model::{Command, Timestamp};

use super::reading::Reading;
use crate::{
    exit::Exit,
    failure::Failure,
    output::{Form, Format, Rows, is_reader_gone, print, redraws},
    progress::in_words,
    signals::Signals,
};

/// Clears the terminal, and goes to its first line.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

/// Refuses formats in which several readings cannot follow each other.
pub(super) fn check(form: &Form) -> Result<(), Failure> {
    match form.format {
        Format::Table | Format::Wide | Format::Ndjson | Format::Csv => Ok(()),
        Format::Json | Format::Id | Format::Name => Err(Failure::usage(
            "--watch can only be used with --output table, wide, ndjson or csv.",
        )),
    }
}

/// Reads every `interval` after the reading before. On a terminal a table is drawn again; elsewhere each reading is
/// appended with its time. A signal ends it with the exit status of the last whole reading.
pub(super) async fn run(
    reading: &Reading<'_>,
    mut form: Form,
    interval: Duration,
) -> Result<Exit, Failure> {
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    form.holds = true;
    let redraws = form.format.is_table() && redraws();
    let mut last = None;
    loop {
        let next = tokio::select! {
            exit = read(reading, &form, interval, redraws) => exit?,
            () = signals.next() => break,
        };
        last = Some(next);
        form.continues = true;
        if is_reader_gone() {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            () = signals.next() => break,
        }
    }
    last.ok_or_else(Failure::interrupted)
}

/// Reads once, and prints it with its time.
async fn read(
    reading: &Reading<'_>,
    form: &Form,
    interval: Duration,
    redraws: bool,
) -> Result<Exit, Failure> {
    let read_at = now();
    let mut form = form.clone();
    if !form.format.is_table() {
        form.read_at = Some(read_at.clone());
    }
    let (limit, is_table) = (form.limit, form.format.is_table());
    let mut rows = Rows::<Command>::start(form)?;
    let found = reading.read(&mut rows).await?;
    if redraws {
        print(&format!(
            "{CLEAR}{read_at}, every {}; Ctrl-C ends\n\n",
            in_words(interval)
        ))?;
    } else if is_table {
        print(&format!("{read_at}\n"))?;
    }
    let left_out = rows.end()?;
    Ok(found.report(limit, left_out))
}

fn now() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since
        .ok()
        .map(|since| since.as_secs().saturating_mul(1_000));
    let at = millis.and_then(|millis| i64::try_from(millis).ok());
    let at = at.and_then(Timestamp::from_millis);
    at.map_or_else(String::new, |at| at.to_string())
}
