//! Reloading while the server runs: certificate and key, access rights, and the providers' keys.

use std::{collections::BTreeSet, path::Path};

use countermand_server::{ConnectionName, Renewal, Server};

use crate::{failure::in_words, output::say, settings::ServeFile};

/// Reloads all of it. Each stays unchanged if it cannot be read.
pub(super) async fn reload(server: &Server, config: Option<&Path>) {
    match server.reload_tls() {
        Ok(()) => say("Certificate and key reloaded."),
        Err(error) => say(&format!(
            "Certificate and key unchanged: {}",
            in_words(&error)
        )),
    }
    if let Some(path) = config {
        reload_access(server, path).await;
    }
    if let Some(relay) = server.relay() {
        for (name, renewal) in relay.renew_keys().await {
            let what = match renewal {
                Renewal::Replaced => "new keys, which work, are used",
                Renewal::Same => "keys unchanged",
                Renewal::Refused => "the new keys do not work: the old ones are used on",
                Renewal::NotFetched => "the keys cannot be fetched again: the old ones are used on",
                Renewal::NoSource => continue,
            };
            say(&format!("Connection {name}: {what}"));
        }
    }
}

async fn reload_access(server: &Server, path: &Path) {
    let file = match ServeFile::read_access(path) {
        Ok(file) => file,
        Err(failure) => {
            return say(&format!(
                "Access rights unchanged; whoever should have lost access still has it: {}",
                failure.message()
            ));
        }
    };
    // Without sign-in, anyone with a launch link may do everything: there are no rights to change.
    let Some(access) = file.access() else {
        return say("Access rights unchanged: the file has no sign_in.");
    };
    let wanted: BTreeSet<ConnectionName> = access.grants.keys().cloned().collect();
    match server.reload_access(access).await {
        Ok(is_whole) => {
            say("Access rights reloaded.");
            if !is_whole {
                say("sign_in has changed. Restart the server to apply it.");
            }
            if let Some(relay) = server.relay() {
                let has: BTreeSet<ConnectionName> = relay.connections().cloned().collect();
                for name in wanted.difference(&has) {
                    say(&format!(
                        "Connection {name} is new. Restart the server to add it."
                    ));
                }
                for name in has.difference(&wanted) {
                    say(&format!(
                        "Connection {name} was removed. Nobody has access to it any more."
                    ));
                }
            }
        }
        Err(error) => say(&format!("Access rights unchanged: {error}")),
    }
}
