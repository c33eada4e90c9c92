//! The options of a connection at the commands that have one.

use clap::Args;

use super::GlobalOptions;

// A subcommand's arguments, and its connection. No documentation comment: the help of the subcommand is that of its arguments.
#[derive(Debug, Args)]
pub(crate) struct Connected<A: Args> {
    #[command(flatten)]
    pub(crate) args: A,
    // Behind the arguments: its heading would be theirs, too.
    #[command(flatten)]
    pub(crate) connection: GlobalOptions,
}

impl<A: Args> Connected<A> {
    /// Returns the connection, with what was said of it before the subcommand, and the arguments.
    pub(crate) fn behind(self, before: GlobalOptions) -> (GlobalOptions, A) {
        (self.connection.or(before), self.args)
    }
}
