//! Commands that are printed to go on with a run of a server.

/// A run, and the options of its connection.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Hints {
    pub(in crate::commands) id: String,
    /// The options of the connection, each after a space.
    pub(in crate::commands) given: String,
}

impl Hints {
    /// Returns a command about this run.
    pub(in crate::commands) fn command(&self, verb: &str) -> String {
        format!("countermand runs {verb} {}{}", self.id, self.given)
    }
}
