//! The command line of Countermand: see which commands are pending on remote devices, and cancel them.
//!
//! Scripts depend on three promises. Standard output carries the result and nothing else. The exit
//! status tells how it ended (`exit.rs`). And nothing that is printed says "cancelled" unless the
//! provider, read again, said so. No secret is ever an argument, or printed.

mod args;
mod commands;
mod completion;
mod console_files;
mod exit;
mod failure;
mod logging;
mod output;
mod progress;
mod run_folder;
mod server;
mod settings;
mod shell;
mod signals;

use std::process::ExitCode;

use commands::Arguments;
use exit::Exit;
use failure::Failure;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    completion::answer(commands::definition);
    let arguments = match Arguments::parse_from(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no failure: nobody reads the help any more.
            let _ = error.print();
            return match error.exit_code() {
                0 => Exit::AsAsked.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    disable_core_files();
    logging::start(arguments.log_format());
    let ended = start_runtime(arguments.is_server()).and_then(|runtime| {
        let ended = runtime.block_on(commands::run(arguments));
        // A question that nobody answered may still be waiting for a line of input.
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

/// Disables core files for this process: its memory holds keys. Best effort; a system that refuses is configured so.
fn disable_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
}

fn start_runtime(is_server: bool) -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = match is_server {
        true => tokio::runtime::Builder::new_multi_thread(),
        // A client mostly waits. On one thread, a run of ten thousand takes a quarter less processor time and a
        // third less time.
        false => tokio::runtime::Builder::new_current_thread(),
    };
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::before_sending(format!("Cannot start: {error}")))
}
