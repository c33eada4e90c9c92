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

/// Below a connection: the requests for approval.
pub const APPROVALS: &str = "approvals";

/// Returns the path for signing in.
pub fn sign_in() -> String {
    format!("{RELAY}/{SIGN_IN}")
}

/// Returns the path for signing out.
pub fn sign_out() -> String {
    format!("{RELAY}/{SIGN_OUT}")
}

/// Returns the path that stands for the base URL of a connection's provider.
pub fn connection(name: &str) -> String {
    format!("{RELAY}/{name}")
}

/// Returns the path of a connection's requests for approval.
///
/// `GET` answers with an [`ApprovalList`](crate::ApprovalList); `POST` sends an
/// [`ApprovalRequest`](crate::ApprovalRequest) and answers with an [`Approval`](crate::Approval).
pub fn approvals(connection_name: &str) -> String {
    format!("{RELAY}/{connection_name}/{APPROVALS}")
}

/// Returns the path of one request for approval.
///
/// `GET` answers with an [`Approval`](crate::Approval); `POST` sends a [`DecisionRequest`](crate::DecisionRequest)
/// and answers with the same.
pub fn approval(connection_name: &str, id: &str) -> String {
    format!("{RELAY}/{connection_name}/{APPROVALS}/{id}")
}
