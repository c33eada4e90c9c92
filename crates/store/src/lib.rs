//! What the server must not forget, in SQLite or PostgreSQL.
//!
//! A [`Store`] holds the runs that the server drives, with their plans and journals. A run belongs to the instance of
//! the server that holds its [`Lease`]: only with it lines are added to the journal. An instance that dies is noticed by
//! the others, which take over its runs; what it still tries to write is refused.
//!
//! A run that a second person may have to approve is read first, then decided about once, and then belongs to whoever
//! claims it, like any other.
//!
//! A brake rule is proposed by one person, signed once by another, and in force until it ends or is revoked.
//!
//! It also holds who is signed in, and who failed to, so that a session is valid and a limit holds at every instance, and
//! both outlive a restart.
//!
//! The audit of all instances is one sequence of lines, in the order in which they were committed. Whoever adds to it is
//! told where it ends, and nobody else adds meanwhile.
//!
//! Notices wait in an outbox until each of their destinations has taken them, or it is given up.
//!
//! A connection is watched by one instance at a time. What its watch knows is kept here.
//!
//! The store decides nothing about cancels. It says who may write, and keeps what was written.

mod approvals;
mod audit;
mod brake_rules;
mod budgets;
mod columns;
mod database;
mod error;
mod failed_sign_ins;
mod instances;
mod location;
mod lock_file;
mod migrations;
mod outbox;
mod runs;
mod sessions;
mod store;
mod watches;

pub use approvals::{ApprovalDecision, ApprovalRequests, ReadPlan};
pub use audit::{AuditHead, NewLines};
pub use brake_rules::{BrakeRuleDecision, BrakeRuleRecord, BrakeRuleState, NewBrakeRule};
pub use budgets::{LeasedTokens, Pauses, TokenRequest};
pub use error::{StoreError, StoreErrorKind};
pub use failed_sign_ins::{FailedSignIns, FailureCost};
pub use instances::{Instance, InstanceId};
pub use location::StoreLocation;
pub use outbox::{Delivery, GivenUp, NewNotice};
pub use runs::{
    Appended, ApprovalStage, JournalPart, Lease, NewRun, RunApproval, RunChange, RunRecord,
    RunState,
};
pub use sessions::{
    SessionRecord,
    issuer_logout::IssuerLogout,
    refresh::{RefreshClaim, SessionRefresh},
};
pub use store::Store;
pub use watches::WatchLease;
