//! What logs and metrics may say of a request.

/// Travels with the response to the access log.
#[derive(Clone, Debug)]
pub(crate) struct RequestLog {
    /// Which kind of request: a name from the code, never a path.
    pub(crate) route: &'static str,
    /// The connection.
    pub(crate) connection: Option<String>,
    /// Who sent it.
    pub(crate) user: Option<String>,
}

impl RequestLog {
    pub(crate) fn of(route: &'static str) -> Self {
        Self {
            route,
            connection: None,
            user: None,
        }
    }
}
