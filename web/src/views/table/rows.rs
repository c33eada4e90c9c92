//! The rows of a window: what each is made of, and how it is written.

use web_sys::HtmlElement;

/// What a row is made of, and how it is written.
pub(crate) trait Rows {
    /// A row's element with its parts.
    type Parts: AsRef<HtmlElement>;

    /// What row `index` is recognised by: its element goes along when it moves, so that what a finger is about to
    /// touch does not turn into something else under it.
    fn key(&self, index: usize) -> u64;

    /// A new row without content.
    fn make(&self) -> Self::Parts;

    /// Writes what is seen of row `index` into `parts`.
    fn write(&self, parts: &Self::Parts, index: usize);

    /// Writes the rest of it, which is heard, or seen by who points at it. While rows fly by that waits until they
    /// rest: it would take longer than what is seen.
    fn finish(&self, parts: &Self::Parts, index: usize);
}
