//! Long lists of commands as the vendors send them, and the plainest way to decode them.

pub(crate) mod applivery;
pub(crate) mod draw;
pub(crate) mod enos;

use bytes::Bytes;
use countermand_core_model::Command;
use http::Response;

/// How many commands a list has: what the project promises a figure for. Where `cargo test` runs the
/// benchmarks along with the rest, it is only to be seen that they run.
pub(crate) fn length() -> usize {
    if std::env::args().any(|argument| argument == "--bench") {
        100_000
    } else {
        1_000
    }
}

/// The pages of a list, and the two ways to decode it that are compared.
pub(crate) trait List {
    /// The vendor's name in the figures.
    const NAME: &'static str;
    /// An item, decoded by nothing but the derived code.
    type Plain;

    /// The answers, page by page.
    fn pages(&self) -> &[Response<Bytes>];

    /// Decodes an answer with the derived code of plain structs.
    fn plain(&self, page: &Response<Bytes>) -> Vec<Self::Plain>;

    /// Decodes an answer as production does.
    fn commands(&self, page: &Response<Bytes>) -> Vec<Command>;

    /// The whole list, plainly.
    fn all_plain(&self) -> Vec<Self::Plain> {
        let mut items = Vec::with_capacity(length());
        for page in self.pages() {
            items.extend(self.plain(page));
        }
        items
    }

    /// The whole list, as production makes it.
    fn all_commands(&self) -> Vec<Command> {
        let mut commands = Vec::with_capacity(length());
        for page in self.pages() {
            commands.extend(self.commands(page));
        }
        commands
    }
}
