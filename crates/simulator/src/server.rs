//! The HTTP side: connections, which request is which, and what surrounds every answer.

pub(crate) mod call;
mod connections;
mod entry;
pub(crate) mod meter;
pub(crate) mod operation;
pub(crate) mod reply;
pub(crate) mod request;

pub(crate) use connections::serve;
