//! The id of an object: `id` or `_id`.

use super::scalar::Scalar;

/// The two members that may hold the id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a, T = String> {
    pub(crate) id: &'a Scalar<T>,
    pub(crate) underscore_id: &'a Scalar<T>,
}

/// The id that both members give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identity<T> {
    /// Neither is there.
    Absent,
    /// None is valid, or the two name different things.
    Invalid,
    /// This one.
    Is(T),
}

impl<T: AsRef<str>> Ids<'_, T> {
    /// Reads the id: `parse` decides what is valid, `same` what names the same thing.
    pub(crate) fn identity<I>(
        self,
        parse: impl Fn(&str) -> Option<I>,
        same: impl Fn(&I, &I) -> bool,
    ) -> Identity<I> {
        if self.id.is_absent() && self.underscore_id.is_absent() {
            return Identity::Absent;
        }
        let read = |scalar: &Scalar<T>| scalar.text().and_then(&parse);
        match (read(self.id), read(self.underscore_id)) {
            (Some(id), Some(other)) if !same(&id, &other) => Identity::Invalid,
            (Some(id), _) | (None, Some(id)) => Identity::Is(id),
            (None, None) => Identity::Invalid,
        }
    }
}
