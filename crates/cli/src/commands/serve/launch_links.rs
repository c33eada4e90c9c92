//! Launch links: each opens the console once.

use countermand_server::{Server, access::LaunchLinks};

use crate::{failure::Failure, output::say};

/// Makes launch links.
pub(super) struct LaunchLinkMaker {
    links: LaunchLinks,
    origin: String,
}

impl LaunchLinkMaker {
    pub(super) fn new(links: LaunchLinks, server: &Server) -> Self {
        Self {
            links,
            origin: server.origin().to_owned(),
        }
    }

    /// Returns a new link.
    pub(super) fn next(&self) -> Result<String, Failure> {
        let token = self.links.mint().map_err(|error| {
            Failure::before_sending(format!("The system provides no random numbers: {error}"))
        })?;
        Ok(format!("{}/launch?token={token}", self.origin))
    }

    /// Prints a new link whenever one was used, for another browser.
    pub(super) async fn print_next(self) {
        loop {
            self.links.used().await;
            match self.next() {
                Ok(link) => say(&format!("Link for another browser: {link}")),
                Err(failure) => return say(failure.message()),
            }
        }
    }
}
