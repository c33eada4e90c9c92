//! How much of a budget somebody may use, so that something is left for whoever matters more.

/// Of the tokens that a budget may give out at once, those that are left for others. At the rate itself nothing is
/// lost: where nobody else asks, whoever has a smaller share gets every token that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// All but a tenth.
    Most,
    /// One half, and none while somebody with a larger share waits.
    Half,
}

impl Share {
    /// How many tokens of `burst` stay where they are.
    pub(super) fn left_for_others(self, burst: u32) -> u32 {
        match self {
            Self::Whole => 0,
            Self::Most => burst / 10,
            Self::Half => burst / 2,
        }
    }

    /// The place of its queue.
    pub(super) fn place(self) -> usize {
        match self {
            Self::Whole => 0,
            Self::Most => 1,
            Self::Half => 2,
        }
    }
}
