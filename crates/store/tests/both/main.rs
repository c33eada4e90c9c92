//! The store keeps its promises in both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod approvals;
mod audit;
mod brake_rules;
mod budgets;
mod databases;
mod failed_sign_ins;
mod opening;
mod outbox;
mod runs;
mod sessions;
mod watches;
