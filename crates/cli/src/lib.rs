//! The command line of Countermand: see what waits for remote devices, and cancel it.
//!
//! Scripts depend on three promises. Standard output carries the result and nothing else. The exit
//! status tells what became of it (`exit.rs`). And nothing that was printed says "cancelled" unless
//! the vendor, read again, said so. No secret is ever an argument, or printed.

mod args;
mod commands;
mod console_files;
mod core_files;
mod exit;
mod failure;
mod logging;
mod output;
mod progress;
mod settings;
mod signals;

use std::process::ExitCode;

use clap::Parser;

use args::{Action, Arguments};
use exit::Exit;
use failure::Failure;

/// Does what the process was asked to do.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads any more is no failure.
            let _ = error.print();
            return match error.exit_code() {
                0 => Exit::AsAsked.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    core_files::refuse();
    logging::start(logged(&arguments.action));
    let ended = start_runtime(&arguments.action).and_then(|runtime| {
        let ended = runtime.block_on(commands::run(arguments));
        // A question nobody answered any more still waits for its line.
        runtime.shutdown_background();
        ended
    });
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::say(failure.message());
            failure.exit().into()
        }
    }
}

/// How requests are told of where nobody sets `RUST_LOG`.
fn logged(action: &Action) -> args::LogForm {
    match action {
        Action::Serve(serve) => serve.log.unwrap_or(match serve.config {
            Some(_) => args::LogForm::Text,
            None => args::LogForm::Off,
        }),
        _ => args::LogForm::Off,
    }
}

fn start_runtime(action: &Action) -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = match action {
        Action::Serve(_) | Action::Simulate(_) => tokio::runtime::Builder::new_multi_thread(),
        // Who asks waits for answers: on one thread a run of ten thousand takes a quarter less of the
        // processor, and a third less time.
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::before_sending(format!("cannot start: {error}")))
}
