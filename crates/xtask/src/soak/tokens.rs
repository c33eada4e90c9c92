//! The tokens of the people who use the relay.

/// An operator's: may read and cancel.
pub const OPERATOR: &str = "operators-t0ken-0123456789abcdef";

/// A viewer's: may only read.
pub const VIEWER: &str = "viewers-t0ken-0123456789abcdef01";
