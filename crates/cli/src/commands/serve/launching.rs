//! Links that open the console once.

use countermand_server::{Server, access::LaunchLinks};

use crate::{failure::Failure, output::say};

/// What makes the next link.
pub(super) struct Launching {
    links: LaunchLinks,
    origin: String,
}

impl Launching {
    pub(super) fn new(links: LaunchLinks, server: &Server) -> Self {
        Self {
            links,
            origin: server.origin().to_owned(),
        }
    }

    /// The next link.
    pub(super) fn next(&self) -> Result<String, Failure> {
        let token = self.links.mint().map_err(|error| {
            Failure::before_sending(format!("the system gives no random numbers: {error}"))
        })?;
        Ok(format!("{}/launch?token={token}", self.origin))
    }

    /// Says a new link whenever one was used: another browser may want to come in, too.
    pub(super) async fn go_on(self) {
        loop {
            self.links.used().await;
            match self.next() {
                Ok(link) => say(&format!("for another browser: {link}")),
                Err(failure) => return say(failure.message()),
            }
        }
    }
}
