//! Tables that show as many rows as there are, and draw only those in sight.
//!
//! A [`window`] moves a handful of elements along with the scroll bar and has their contents written anew; it
//! knows nothing of commands. [`geometry`] says where a row stands, `drawing` puts it there. Its rows are plain elements with roles: rows of a native table make a browser lay
//! out the whole table with each one that changes, which was measured to cost a scroll most of its frames.

mod columns;
mod command_row;
mod command_table;
pub(super) mod dom;
mod drawing;
mod geometry;
mod head;
mod keyboard;
mod outcome_cell;
mod pages;
pub(super) mod window;

pub(super) use command_table::CommandTable;
