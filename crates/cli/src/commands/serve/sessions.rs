//! `countermand serve sessions`: who is signed in at a server, and no more.

use clap::Subcommand;
use countermand_server::{
    StoreLocation,
    audit::{Entry, record},
};
use countermand_store::{SessionRecord, Store};
use countermand_transport::{Timer as _, TokioTimer};
use serde::Serialize;

use crate::{
    args::OutputArgs,
    exit::Exit,
    failure::{Failure, in_words},
    output::{Cell, Column, Record, count, print_rows, say},
};

/// What is done with the sessions in the store of --config or --store.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum SessionsAction {
    /// List who is signed in
    List {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// End sessions; every instance notices within two seconds
    End {
        /// Every session of these people
        #[arg(long, value_name = "NAME", num_args = 1.., required_unless_present_any = ["id", "all"])]
        person: Vec<String>,
        /// These sessions
        #[arg(long, value_name = "ID", num_args = 1..)]
        id: Vec<String>,
        /// Every session
        #[arg(long, conflicts_with_all = ["person", "id"])]
        all: bool,
    },
}

/// A session as a row.
#[derive(Clone, Debug, Serialize)]
struct Row {
    id: String,
    person: String,
    groups: Vec<String>,
    begun_at: String,
    used_at: String,
    ends_at: String,
}

impl Record for Row {
    const FIELDS: &'static [&'static str] =
        &["id", "person", "groups", "begun_at", "used_at", "ends_at"];
    const COLUMNS: &'static [Column] = &[
        Column::whole("ID"),
        Column::whole("PERSON"),
        Column::at_least("GROUPS", 12).dispensable(2),
        Column::whole("BEGUN").dispensable(1),
        Column::whole("USED"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.id.clone().into(),
            self.person.clone().into(),
            self.groups.join(", ").into(),
            self.begun_at.clone().into(),
            self.used_at.clone().into(),
        ]
    }
}

impl From<&SessionRecord> for Row {
    fn from(session: &SessionRecord) -> Self {
        Self {
            id: session.id(),
            person: session.person.clone(),
            groups: serde_json::from_str(&session.groups).unwrap_or_default(),
            begun_at: session.begun_at.to_string(),
            used_at: session.used_at.to_string(),
            ends_at: session.ends_at.to_string(),
        }
    }
}

/// Lists or ends the sessions in a store.
pub(super) async fn run(
    location: &StoreLocation,
    action: &SessionsAction,
) -> Result<Exit, Failure> {
    let failed = |error| Failure::before_sending(in_words(&error));
    let store = Store::open_beside(location).await.map_err(failed)?;
    let sessions = store.sessions().await.map_err(failed)?;
    let done = match action {
        SessionsAction::List { output } => {
            let rows: Vec<Row> = sessions.iter().map(Row::from).collect();
            print_rows(*output, &rows)?;
            Exit::AsAsked
        }
        SessionsAction::End { person, id, all } => {
            let is_meant = |session: &&SessionRecord| {
                *all || person.contains(&session.person) || id.contains(&session.id())
            };
            let sessions: Vec<&SessionRecord> = sessions.iter().filter(is_meant).collect();
            let entries = sessions.iter().map(|session| Entry::SessionEnded {
                who: session.person.clone(),
                session: session.id(),
                by: None,
            });
            if !sessions.is_empty() {
                let now = TokioTimer::default().now();
                let recorded = record(&store, now, entries.collect()).await;
                recorded.map_err(|error| Failure::before_sending(in_words(&error)))?;
            }
            let mut ended = 0;
            for session in sessions {
                let gone = store.end_session(&session.token_sha256).await;
                ended += usize::from(gone.map_err(failed)?.is_some());
            }
            say(&format!("{} ended.", count(ended, "session")));
            match ended {
                0 => Exit::NotCancelled,
                _ => Exit::AsAsked,
            }
        }
    };
    store.close().await;
    Ok(done)
}
