//! The contract between the console and the server: routes, headers, and the JSON bodies as types.
//!
//! The crate does no I/O and holds no rule but the shape of what goes over the wire. Ids, device references, states
//! and times are strings here, exactly as they are sent: whoever reads them parses them with `countermand-core-model`
//! and decides what to do with a value that it does not know.
//!
//! Reading is lenient where the other side may be another version, or where a person wrote the file: a field of an
//! unexpected type counts as missing, and one bad entry of a list does not make the others unreadable.

mod approval;
mod brake_rule;
mod connection;
mod error_body;
pub mod lenient;
mod manifest;
mod reason;
pub mod route;
mod run;
mod session;
mod sweep;
mod watch;

pub use approval::{
    Approval, ApprovalList, ApprovalState, ApprovalTarget, Decision, DecisionRequest,
};
pub use brake_rule::{
    BrakeRule, BrakeRuleDecision, BrakeRuleDecisionRequest, BrakeRuleList, BrakeRuleRequest,
    BrakeRuleState,
};
pub use connection::{
    ApprovalRule, ConnectionInfo, DemoConnection, RequiredNotes, Role, is_connection_name,
};
pub use error_body::{ErrorBody, ErrorMessage};
pub use manifest::{Manifest, ManifestFile};
pub use reason::{REASON_HEADER, Reason};
pub use run::{ReadAgain, ReadTarget, Run, RunApproval, RunList, RunRequest, RunState};
pub use session::{ConnectionsFile, SessionInfo, SignInMethod, SignInRequest};
pub use sweep::{FilterTerms, ScopeTerms, SweepTerms};
pub use watch::{WatchState, WatchSurge, WatchedKind};
