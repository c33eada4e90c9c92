//! A table of very many commands in memory: what is shown of a hundred thousand commands after a
//! keystroke is known within a frame.
//!
//! [`Store`] holds the commands of the chosen devices column by column, a fraction of what the vendor's
//! JSON takes; a device that is read again changes its rows in place, so that a [`RowId`] stays what it
//! was. [`Store::view`] gives the rows that a [`RowFilter`] takes in an [`Order`], with the [`Facets`]: how
//! many each choice would show. [`Selection`] is a set of rows.
//!
//! Plain Rust without a clock and without a browser; the console draws what this tells it to.

mod bits;
mod columns;
mod device;
mod facets;
mod filter;
mod ids;
mod interner;
mod order;
mod row;
mod selection;
mod store;
mod text_order;
mod view;

#[cfg(test)]
mod tests;

pub use bits::Bits;
pub use device::Device;
pub use facets::Facets;
pub use filter::RowFilter;
pub use ids::{DeviceIx, RowId};
pub use order::{Column, Direction, Order};
pub use row::{Row, is_name};
pub use selection::{Over, Selection};
pub use store::{Changes, Store};
pub use view::{Orders, View};
