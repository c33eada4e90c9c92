//! New commands that keep coming, for a demonstration.

use crate::rng::Rng;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrivals {
    pub(crate) next_ms: i64,
    pub(crate) mean_ms: i64,
}

impl Arrivals {
    /// About every other device gets new commands, each at a pace of its own.
    pub(crate) fn of(rng: &mut Rng, start_ms: i64) -> Option<Self> {
        let mean_ms = rng.between(20_000, 300_000);
        let first = rng.between(1_000, mean_ms);
        rng.chance(50).then_some(Self {
            next_ms: start_ms + first,
            mean_ms,
        })
    }
}
