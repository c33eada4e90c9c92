//! What is seen: each component shows the state and calls the console. No decision is made here.

pub mod app;
mod approvals;
mod brake;
mod commands;
mod connect;
mod devices;
pub(crate) mod early_rows;
mod elements;
mod firing;
mod history;
mod page;
mod review;
pub mod run;
mod table;
mod workspace;
