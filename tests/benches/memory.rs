//! How much memory a list of 100,000 commands holds, against that of plain structs decoded from the
//! same bytes. Apart from `decode`: counting would weigh on the times.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod figure;
mod lists;

use figure::Figure;
use lists::List;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Times what the plain structs hold.
const LIMIT: f64 = 1.5;

fn main() {
    compare(&lists::applivery::Applivery::new());
    compare(&lists::enos::Enos::new());
}

fn compare<L: List>(list: &L) {
    // The answers' bodies are there before and after, and nothing that is made holds on to them: what
    // is kept of them is a copy, and is counted.
    let plain = bytes_held(|| list.all_plain());
    let commands = bytes_held(|| list.all_commands());
    let name = |what| format!("memory/{}/{what}", L::NAME);
    Figure::new(name("plain"), plain, "bytes per command").print();
    Figure::new(name("countermand"), commands, "bytes per command").print();
    Figure::new(name("ratio"), commands / plain, "times plain")
        .limited_to(LIMIT)
        .print();
}

/// Of one command, its place in the list included.
fn bytes_held<T>(make: impl Fn() -> Vec<T>) -> f64 {
    let before = HEAP.current_usage();
    let made = make();
    (HEAP.current_usage() - before) as f64 / made.len() as f64
}
