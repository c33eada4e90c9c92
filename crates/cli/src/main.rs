//! The binary `countermand`. Everything is in the library.

use std::process::ExitCode;

/// Half of what a relayed request costs besides the network was the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    countermand_cli::run()
}
