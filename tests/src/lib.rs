//! Contract tests across the crates, and the layering test
