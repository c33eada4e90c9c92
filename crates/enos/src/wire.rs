//! The wire format, read leniently: a member that is missing, null or of another type than documented counts as
//! absent.

mod command;
mod device;
mod envelope;
mod field_picker;
pub(crate) mod list;
mod members;
mod search;
mod token;

pub(crate) use command::WireCommand;
pub(crate) use device::WireDevice;
pub(crate) use envelope::{Envelope, refusal};
pub(crate) use members::Members;
pub(crate) use search::{SearchBody, WrittenSearch};
pub(crate) use token::{Grant, TokenBody};
