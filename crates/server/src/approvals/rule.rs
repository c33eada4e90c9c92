//! Which cancels one person may not send alone.

/// When a second person has to approve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRule {
    /// Somebody may cancel so many commands in an hour alone; none: any number.
    pub targets: Option<usize>,
    /// Commands of these kinds nobody cancels alone. Compared without case.
    pub kinds: Vec<String>,
}

impl ApprovalRule {
    /// Is this kind among those that are named? One that is not known may be any of them.
    pub(crate) fn names(&self, kind: &str) -> bool {
        let is_unknown = kind.trim().is_empty() && !self.kinds.is_empty();
        is_unknown
            || self
                .kinds
                .iter()
                .any(|named| named.trim().eq_ignore_ascii_case(kind.trim()))
    }

    /// Does it take a look at what a command does?
    pub(crate) fn asks_for_kinds(&self) -> bool {
        !self.kinds.is_empty()
    }
}
