//! Tables that show as many rows as there are, and draw only those in sight.
//!
//! A [`window`] moves a handful of elements along with the scroll bar and has their contents written anew; it
//! knows nothing of commands. [`geometry`] computes where a row is, [`drawing`] puts it there. Rows are plain
//! elements with roles: with the rows of a native table, a browser lays out the whole table whenever one changes,
//! which was measured to cost a scroll most of its frames.

pub(crate) mod columns;
pub(crate) mod command_row;
mod command_table;
pub(crate) mod dom;
pub(crate) mod drawing;
pub(crate) mod fitting;
mod geometry;
pub(crate) mod head;
mod keyboard;
mod outcome_cell;
mod pages;
pub(crate) mod window;

pub(crate) use command_table::{CommandTable, tools};
