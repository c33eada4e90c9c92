//! The simulator over real HTTP, on a clock that stands still until it is stepped.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod applivery;
mod applivery_shapes;
mod control;
mod cors;
mod enos_auth;
mod enos_cancel;
mod enos_queue;
mod enos_search;
mod faults;
mod faults_of_lists;
mod faults_set;
mod filling;
mod fleet;
mod ledger;
mod main_job;
mod support;
