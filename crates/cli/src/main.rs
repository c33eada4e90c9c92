//! The binary `countermand`. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    countermand_cli::run()
}
