//! The part of a budget that a caller may use.

/// How many of the tokens that a budget may give out at once are left for other callers. The rate stays the same: without
/// other callers, a smaller share gets every token that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// All but a tenth.
    Most,
    /// One half, and none while a caller with a larger share waits.
    Half,
}

impl Share {
    /// How many tokens of `burst` are left.
    pub fn left_for_others(self, burst: u32) -> u32 {
        match self {
            Self::Whole => 0,
            Self::Most => burst / 10,
            Self::Half => burst / 2,
        }
    }

    /// The place of its queue.
    pub(super) fn place(self) -> usize {
        self as usize
    }
}
