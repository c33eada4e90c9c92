//! The wire format: any member may be missing, null or of another type.

pub(crate) mod command;
pub(crate) mod device;
pub(crate) mod envelope;
pub(crate) mod identity;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod operation;
pub(crate) mod scalar;
pub(crate) mod type_status;
