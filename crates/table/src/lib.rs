//! A table of very many commands in memory, fast enough to filter a hundred thousand commands within a frame.
//!
//! [`Store`] holds the commands of the chosen devices in columns, in a fraction of the memory of their JSON. Reading
//! a device again changes its rows in place, so that a [`RowId`] keeps its command. [`Store::view`] returns the rows
//! that match a [`RowFilter`] in an [`Order`], with the [`Facets`]: how many commands each choice would show.
//! [`Selection`] is a set of rows.
//!
//! It needs no clock and no browser.

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
mod sorting;
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
pub use store::{Changes, Folded, Store};
pub use view::{Orders, View};
