//! What may be told of a request in logs and numbers.

/// Travels with the answer to whoever tells.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Which kind of request: a name of ours, never a path.
    pub(crate) route: &'static str,
    /// At which connection.
    pub(crate) connection: Option<String>,
    /// Whose.
    pub(crate) user: Option<String>,
}

impl Told {
    pub(crate) fn of(route: &'static str) -> Self {
        Self {
            route,
            connection: None,
            user: None,
        }
    }
}
