//! Runs that the server drives: they outlive the page, the person's session, and the process.
//!
//! A run is taken in with its plan ([`room`]), read first where somebody may have to approve it ([`reading`]), claimed by an instance ([`keeper`]), driven by the same engine as the
//! command line's ([`worker`]) with its journal in the store ([`journal`]), and watched by anybody ([`feed`]).

mod by_rule;
mod feed;
mod journal;
mod keeper;
mod order;
mod progress;
mod read_again;
mod reading;
mod room;
mod shared;
mod telling;
mod under_way;
mod watchers;
mod worker;

pub use by_rule::{NoRuleBrake, RuleBrake};
pub(crate) use order::{MOST_TARGETS, Order, note};
pub(crate) use progress::described;
pub(crate) use read_again::UnreadJournal;
pub(crate) use room::Runs;
pub(crate) use shared::RunConnection;
