//! Tells of what a watch has noticed: into the audit, to a brake, and to people elsewhere.

use std::{sync::Arc, time::Duration};

use countermand_client::Surge;
use countermand_store::WatchLease;

use super::{
    brake::{BrakeOrder, Braked},
    kept::Kept,
    shared::{Shared, warn},
};
use crate::{
    audit::Entry,
    notices::{Notice, SurgeFacts},
};

/// How long a brake may take before people are told that they have to press it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of a connection's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Refused,
    Taken,
}

/// Writes a surge down, has it braked where a rule allows that, and tells of it.
pub(super) async fn surge(
    shared: Arc<Shared>,
    lease: WatchLease,
    kept: Kept,
    surge: Surge,
) -> Braked {
    let duties = &shared.duties;
    let connection = &lease.connection;
    tracing::warn!(target: "countermand_server::watch", connection, kind = surge.kind, estimate = surge.estimate, "a surge");
    // The other instance will notice it as well, and it is the one that tells.
    if let Ok(false) = duties.store.keep_watch(&lease, &kept.text(), &[]).await {
        return Braked::NeedsPerson;
    }
    write(&shared, &line(connection, &surge)).await;
    let order = BrakeOrder {
        connection: connection.clone(),
        kind: surge.kind.clone(),
        since: surge.since,
    };
    // It goes on where it takes longer: a second press joins it.
    let pressed = shared.tasks.run(duties.brake.press(order));
    let pressed = tokio::time::timeout(PATIENCE, pressed).await;
    let braked = match pressed {
        Ok(Some(braked)) => braked,
        Ok(None) | Err(_) => Braked::NeedsPerson,
    };
    if let Braked::Braked { run, rule } = &braked {
        let entry = Entry::SurgeBraked {
            connection: connection.clone(),
            kind: surge.kind.clone(),
            run: run.clone(),
            rule: rule.clone(),
        };
        write(&shared, &entry).await;
    }
    let notice = Notice::Surge {
        surge: facts(connection, &surge, &braked),
    };
    let key = format!("{connection}\n{}\n{}", surge.kind, surge.at);
    tell(&shared, &lease, &kept, &key, surge.at, &notice).await;
    braked
}

fn line(connection: &str, surge: &Surge) -> Entry {
    let (at_least, at_most) = surge.between;
    Entry::Surge {
        connection: connection.to_owned(),
        kind: surge.kind.clone(),
        looks: surge.looks,
        hits: surge.hits,
        estimate: surge.estimate,
        at_least,
        at_most,
        since: surge.since.map(|since| since.to_string()),
        devices: surge.devices.iter().map(ToString::to_string).collect(),
    }
}

fn facts(connection: &str, surge: &Surge, braked: &Braked) -> SurgeFacts {
    let (run, rule) = match braked {
        Braked::Braked { run, rule } => (Some(run.clone()), Some(rule.clone())),
        Braked::NeedsPerson => (None, None),
    };
    let (at_least, at_most) = surge.between;
    SurgeFacts {
        connection: connection.to_owned(),
        command_kind: surge.kind.clone(),
        looks: surge.looks,
        hits: surge.hits,
        estimate: surge.estimate,
        at_least,
        at_most,
        since: surge.since.map(|since| since.to_string()),
        run,
        rule,
    }
}

/// Writes down what became of the key, and tells of it.
pub(super) async fn key(shared: Arc<Shared>, lease: WatchLease, kept: Kept, key: Key) {
    let connection = lease.connection.clone();
    let (entry, notice) = match key {
        Key::Refused => (
            Entry::WatchRefused {
                connection: connection.clone(),
            },
            Notice::WatchRefused {
                connection: connection.clone(),
            },
        ),
        Key::Taken => (
            Entry::WatchRestored {
                connection: connection.clone(),
            },
            Notice::WatchRestored {
                connection: connection.clone(),
            },
        ),
    };
    write(&shared, &entry).await;
    let now = shared.duties.timer.now();
    let key = format!("{connection}\n{now}");
    tell(&shared, &lease, &kept, &key, now, &notice).await;
}

/// Adds a notice, unless another instance watches by now.
async fn tell(
    shared: &Shared,
    lease: &WatchLease,
    kept: &Kept,
    key: &str,
    at: countermand_core_model::Timestamp,
    notice: &Notice,
) {
    let duties = &shared.duties;
    let rows = duties.notices.rows(key, at, notice);
    match duties.store.keep_watch(lease, &kept.text(), &rows).await {
        Ok(_) => duties.notices.added(),
        Err(error) => warn(
            &lease.connection,
            &error,
            "a notice of the watch cannot be added",
        ),
    }
}

/// Writes a line. An alarm does not wait for an audit that cannot be written: the line comes when it can.
async fn write(shared: &Shared, entry: &Entry) {
    if shared.duties.audit.write(entry).await.is_err() {
        tracing::error!(target: "countermand_server::watch", event = entry.event(), "the audit cannot be written: an alarm goes on without its line");
    }
}
