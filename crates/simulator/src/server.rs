//! The HTTP side: connections, which request is which, and what surrounds every answer.

mod connections;
mod cors;
mod entry;
pub(crate) mod operation;
pub(crate) mod reply;
pub(crate) mod request;

pub(crate) use connections::serve;
