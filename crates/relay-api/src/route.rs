//! Paths, relative to the page's folder.

/// What the page's host offers: a [`ConnectionsFile`](crate::ConnectionsFile).
pub const CONNECTIONS: &str = "connections.json";

/// The list of the page's files: a [`Manifest`](crate::Manifest).
pub const MANIFEST: &str = "manifest.json";

/// A link that opens a session once: `GET /launch?token=...`.
pub const LAUNCH: &str = "launch";

/// Everything below is the relay's.
pub const RELAY: &str = "relay";

/// Below [`RELAY`]: `GET` goes to the issuer, `POST` presents a [`SignInRequest`](crate::SignInRequest).
pub const SIGN_IN: &str = "sign-in";

/// Below [`RELAY`]: where the issuer sends browsers back to.
pub const SIGNED_IN: &str = "signed-in";

/// Below [`RELAY`]: `POST` ends the session.
pub const SIGN_OUT: &str = "sign-out";

/// Below [`RELAY`]: the issuer's `POST` ends sessions (OpenID Connect Back-Channel Logout 1.0).
pub const BACK_CHANNEL_LOGOUT: &str = "back-channel-logout";

/// Below [`RELAY`]: the OpenAPI document of what the server answers itself, for everybody. No connection has this name.
pub const OPENAPI: &str = "openapi.json";

/// Below a connection: the runs that a second person has to approve.
pub const APPROVALS: &str = "approvals";

/// Below a connection: what may be braked without an approval.
pub const BRAKE_RULES: &str = "brake-rules";

/// Below a connection: the runs that the server drives.
pub const RUNS: &str = "runs";

/// Below a connection: the state of its watch.
pub const WATCH: &str = "watch";

/// Below a run: `POST` has it send no further cancel.
pub const STOP: &str = "stop";

/// Below a run: `POST` has a stopped one go on.
pub const RESUME: &str = "resume";

/// Below a run: `POST` reads targets of one that is over again.
pub const READ: &str = "read";

/// Below a run: its journal.
pub const JOURNAL: &str = "journal";

/// Below a run: the lines of its journal as Server-Sent Events, as they come.
pub const EVENTS: &str = "events";

/// Returns the path for signing in.
pub fn sign_in() -> String {
    format!("{RELAY}/{SIGN_IN}")
}

/// Returns the path for signing out.
pub fn sign_out() -> String {
    format!("{RELAY}/{SIGN_OUT}")
}

/// Returns the path of the OpenAPI document.
pub fn openapi() -> String {
    format!("{RELAY}/{OPENAPI}")
}

/// Returns the path that stands for the base URL of a connection's provider.
pub fn connection(name: &str) -> String {
    format!("{RELAY}/{name}")
}

/// Returns the path of the approvals of a connection. `GET` answers with an [`ApprovalList`](crate::ApprovalList). Who
/// starts a run asks for its approval, where it needs one.
pub fn approvals(connection_name: &str) -> String {
    format!("{RELAY}/{connection_name}/{APPROVALS}")
}

/// Returns the path of the approval of a run.
///
/// `GET` answers with an [`Approval`](crate::Approval); `POST` sends a [`DecisionRequest`](crate::DecisionRequest)
/// and answers with the same.
pub fn approval(connection_name: &str, id: &str) -> String {
    format!("{RELAY}/{connection_name}/{APPROVALS}/{id}")
}

/// Returns the path of the state of a connection's watch. `GET` answers with a [`WatchState`](crate::WatchState).
pub fn watch(connection_name: &str) -> String {
    format!("{RELAY}/{connection_name}/{WATCH}")
}

/// Returns the path of the brake rules of a connection. `GET` answers with a [`BrakeRuleList`](crate::BrakeRuleList); `POST`
/// sends a [`BrakeRuleRequest`](crate::BrakeRuleRequest) and answers with a [`BrakeRule`](crate::BrakeRule).
pub fn brake_rules(connection_name: &str) -> String {
    format!("{RELAY}/{connection_name}/{BRAKE_RULES}")
}

/// Returns the path of a brake rule. `GET` answers with a [`BrakeRule`](crate::BrakeRule); `POST` sends a
/// [`BrakeRuleDecisionRequest`](crate::BrakeRuleDecisionRequest) and answers with the same.
pub fn brake_rule(connection_name: &str, id: &str) -> String {
    format!("{RELAY}/{connection_name}/{BRAKE_RULES}/{id}")
}

/// Returns the path of a connection's runs.
///
/// `GET` answers with a [`RunList`](crate::RunList); `POST` sends a [`RunRequest`](crate::RunRequest) and answers with
/// a [`Run`](crate::Run): 201 where it was started, 200 where the same was started before.
pub fn runs(connection_name: &str) -> String {
    format!("{RELAY}/{connection_name}/{RUNS}")
}

/// Returns whether a text may be the id of a run, and so the segment of a path.
pub fn is_run_id(text: &str) -> bool {
    matches!(text.len(), 1..=64) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Returns the path of one run. `GET` answers with a [`Run`](crate::Run).
pub fn run(connection_name: &str, id: &str) -> String {
    format!("{RELAY}/{connection_name}/{RUNS}/{id}")
}

/// Returns the path that stops a run. `POST` answers with a [`Run`](crate::Run).
pub fn stop_run(connection_name: &str, id: &str) -> String {
    format!("{}/{STOP}", run(connection_name, id))
}

/// Returns the path that has a stopped run go on. `POST` answers with a [`Run`](crate::Run).
pub fn resume_run(connection_name: &str, id: &str) -> String {
    format!("{}/{RESUME}", run(connection_name, id))
}

/// Returns the path that reads the targets of a run again whose outcome is not settled, behind the first `from` of them.
/// The run is over. `POST` answers with a [`ReadAgain`](crate::ReadAgain).
pub fn read_run(connection_name: &str, id: &str, from: u64) -> String {
    format!("{}/{READ}?from={from}", run(connection_name, id))
}

/// Returns the path of a run's journal, from line `from` on, counted from 1. `GET` answers with whole lines.
pub fn run_journal(connection_name: &str, id: &str, from: u64) -> String {
    format!("{}/{JOURNAL}?from={from}", run(connection_name, id))
}

/// Returns the path of a run's events. `GET` answers with Server-Sent Events: `line` for each line of the journal, with
/// the line's number as its id; `run` with a [`Run`](crate::Run) where its state changes; after a `run` whose state is
/// over nothing follows. `Last-Event-ID` continues behind that line.
pub fn run_events(connection_name: &str, id: &str) -> String {
    format!("{}/{EVENTS}", run(connection_name, id))
}
