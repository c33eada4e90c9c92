//! Tables that show as many rows as there are, and draw only those in sight.
//!
//! [`window`] moves a handful of elements along with the scroll bar and has their contents written anew; it
//! knows nothing of commands. Its rows are plain elements with roles: rows of a native table make a browser lay
//! out the whole table with each one that changes, which was measured to cost a scroll most of its frames.

mod columns;
mod command_row;
mod command_table;
pub(super) mod dom;
mod head;
mod keyboard;
mod pages;
pub(super) mod window;

pub(super) use command_table::CommandTable;
