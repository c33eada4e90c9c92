//! What is read again while it runs: certificate and key, and who may what.

use std::{collections::BTreeSet, path::Path};

use countermand_server::{ConnectionName, Server};

use crate::{failure::in_words, output::say, settings::ServeFile};

/// Reads again. Each of the two stays as it was where it cannot be read.
pub(super) fn reload(server: &Server, config: Option<&Path>) {
    match server.reload_tls() {
        Ok(()) => say("certificate and key were read again"),
        Err(error) => say(&format!("{}: the old ones stay", in_words(&error))),
    }
    if let Some(path) = config {
        reload_access(server, path);
    }
}

fn reload_access(server: &Server, path: &Path) {
    let file = match ServeFile::read_access(path) {
        Ok(file) => file,
        Err(failure) => {
            return say(&format!(
                "{}: who may what stays as it was, and whoever was to lose access still has it",
                failure.message()
            ));
        }
    };
    // Without a way to sign in, whoever has the link may everything: there is nothing to change.
    let Some(access) = file.access() else {
        return say("who may what stays as it was: the file has no sign_in");
    };
    let wanted: BTreeSet<ConnectionName> = access.grants.keys().cloned().collect();
    match server.reload_access(access) {
        Ok(is_whole) => {
            say("who may what was read again");
            if !is_whole {
                say("the way to sign in is another one: that takes a restart");
            }
            if let Some(relay) = server.relay() {
                let has: BTreeSet<ConnectionName> = relay.connections().cloned().collect();
                for name in wanted.difference(&has) {
                    say(&format!("connection {name} is new: that takes a restart"));
                }
                for name in has.difference(&wanted) {
                    say(&format!(
                        "connection {name} is gone: nobody may anything there"
                    ));
                }
            }
        }
        Err(error) => say(&format!("{error}: who may what stays as it was")),
    }
}
