//! The browser console: see which commands wait for devices at Applivery and EnOS, and cancel them.
//!
//! It shows what the client decides and never takes one of its decisions again: in particular it says
//! "cancelled" only where the vendor, read again, said so. Keys live in memory alone. [`state`] is plain
//! Rust and tested without a browser, [`views`] show it, [`console`] joins it to [`platform`], which is
//! all that knows the browser; [`text`] is all that is said.

pub mod console;
pub mod platform;
pub mod state;
pub mod text;
pub mod views;

pub use views::app::App;
