//! The clients of both vendors, as they are shipped, against the simulator over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod applivery_errors;
mod before_a_cancel;
mod cancel_everything;
mod cancel_outcomes;
mod chance;
mod enos_errors;
mod enos_order;
mod enos_tokens;
mod everything_on;
mod journals;
mod keys;
mod listed;
mod lost_answers;
mod paging;
mod reads;
mod refusals;
mod repeats;
mod retry_safety;
mod stopping;
mod sweeping;
mod watching;
