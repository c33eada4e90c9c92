//! Numbers that look drawn at random and are the same in every run.

/// The next number of `state` (the multiplier and increment of Knuth's MMIX).
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 16
}

/// A day's moment with this many seconds after a start.
pub(crate) fn clock(seconds: u64) -> String {
    let (day, rest) = (seconds / 86_400 % 28 + 1, seconds % 86_400);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("2026-02-{day:02} {hour:02}:{minute:02}:{second:02}")
}
