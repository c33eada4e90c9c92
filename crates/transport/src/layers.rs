//! The layers around a transport; each is a transport.
//!
//! From outside in: [`Trace`] sees one event per call, with everything that happened inside;
//! [`Retry`] holds the budget of the whole call; [`Rate`] is passed by every attempt, since each counts
//! for the provider; the provider's authentication signs every attempt anew, after the wait, so that its
//! timestamp is fresh ([`Bearer`] where a token is all); [`Timeout`] limits one attempt, without the time that it waited for its turn.

mod backoff;
mod bearer;
mod rate;
mod rate_bucket;
mod rate_budget;
mod rate_lease;
mod rate_limit;
mod rate_share;
mod rate_told;
mod rate_turn;
mod retry;
mod retry_policy;
mod timeout;
mod trace;

pub use bearer::Bearer;
pub use rate::Rate;
pub use rate_budget::Budget;
pub use rate_lease::{TokenLease, TokenLender};
pub use rate_limit::RateLimit;
pub use rate_share::Share;
pub use retry::Retry;
pub use retry_policy::RetryPolicy;
pub use timeout::Timeout;
pub use trace::Trace;
