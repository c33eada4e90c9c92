//! How long it takes to decode and normalise a list of 100,000 commands, against what plain structs
//! with derived decoding take for the same bytes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod figure;
mod lists;
mod rounds;

use std::{hint::black_box, time::Instant};

use figure::Figure;
use lists::List;
use rounds::median;

const ROUNDS: usize = 15;
/// Times what the plain structs take.
const LIMIT: f64 = 1.5;

fn main() {
    compare(&lists::applivery::Applivery::new());
    compare(&lists::enos::Enos::new());
}

fn compare<L: List>(list: &L) {
    let (mut plain, mut commands, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // One after the other, so that a machine that has other things to do slows both down.
    for _ in 0..ROUNDS {
        let of_plain = nanoseconds(|| list.all_plain());
        let of_commands = nanoseconds(|| list.all_commands());
        plain.push(of_plain);
        commands.push(of_commands);
        ratios.push(of_commands / of_plain);
    }
    let name = |what| format!("decode/{}/{what}", L::NAME);
    Figure::new(name("plain"), median(plain), "ns per command").print();
    Figure::new(name("countermand"), median(commands), "ns per command").print();
    Figure::new(name("ratio"), median(ratios), "times plain")
        .limited_to(LIMIT)
        .print();
}

/// Of one command. What was made is thrown away outside of the time taken.
fn nanoseconds<T>(make: impl Fn() -> Vec<T>) -> f64 {
    let start = Instant::now();
    let made = black_box(make());
    let taken = start.elapsed();
    taken.as_nanos() as f64 / made.len() as f64
}
