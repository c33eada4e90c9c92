//! The stores of the page. Each has one responsibility, is handed out read-only, and changes through its methods.
//!
//! They join `countermand_console`, which decides, to [`crate::platform`], which acts. [`Console`] holds the
//! stores of an open connection; the others live as long as the page.

pub mod actions;
pub mod address;
mod announcer;
pub mod approval_queue;
pub mod auto_refresh;
pub mod brake;
pub mod brake_rules;
pub mod connecting;
pub mod connection;
pub mod connection_session;
pub mod connectivity;
pub mod demo_opening;
mod details;
mod device_choice;
pub mod early;
pub mod history;
pub mod journals;
mod listed;
mod page_clock;
pub mod page_host;
pub mod preferences;
mod reader;
mod review;
pub mod run;
pub mod run_files;
pub mod runner;
pub mod saved_connections;
pub mod server_runs;
pub mod store_signal;
pub mod stored_keys;
mod table;
pub mod watching;

use countermand_console::{server_run::ServerRun, text};
use countermand_relay_api::{RunState, route};
use leptos::prelude::*;

use announcer::Announcer;
use approval_queue::ApprovalQueue;
use auto_refresh::AutoRefresh;
use brake::BrakeStore;
use brake_rules::BrakeRules;
use connection::{ConnectionHandle, OpenConnection};
use details::Details;
use device_choice::DeviceChoice;
use journals::JournalStore;
use page_clock::PageClock;
use preferences::Preferences;
use reader::Reader;
use review::ReviewStore;
use run::RunStore;
use runner::Runner;
use server_runs::ServerRunStore;
use table::TableStore;
use watching::Watching;

use crate::platform::site::{self, NoAnswer};

/// The stores of an open connection. Copies are the same console.
#[derive(Clone, Copy)]
pub struct Console {
    /// The connection, and what the person may do over it.
    pub connection: ConnectionHandle,
    /// What screen readers are told.
    pub announcer: Announcer,
    /// The time from which ages are counted.
    pub clock: PageClock,
    /// The chosen devices and their commands.
    pub table: TableStore,
    /// Reading devices and commands.
    pub reader: Reader,
    /// Choosing devices.
    pub devices: DeviceChoice,
    /// Reading again at intervals.
    pub auto_refresh: AutoRefresh,
    /// The command whose details are open.
    pub details: Details,
    /// What is to be confirmed.
    pub review: ReviewStore,
    /// The run at hand.
    pub run: RunStore,
    /// Starting, resuming and closing runs.
    pub runner: Runner,
    /// Stopping a wrong command on all devices.
    pub brake: BrakeStore,
    /// What two operators agreed on beforehand.
    pub brake_rules: BrakeRules,
    /// The journals in this browser.
    pub journals: JournalStore,
    /// The runs that wait for an approval.
    pub approvals: ApprovalQueue,
    /// The runs that the page's server drives.
    pub server_runs: ServerRunStore,
    /// What the page's server noticed while it watched the devices.
    pub watching: Watching,
}

impl Console {
    /// Makes the stores of an open connection.
    pub fn new(open: OpenConnection) -> Self {
        let connection = ConnectionHandle::new(open);
        let (announcer, clock) = (Announcer::new(), PageClock::new());
        let table = TableStore::new(connection);
        let run = RunStore::new(announcer);
        let reader = Reader::new(connection, announcer, clock, table, run);
        let journals = JournalStore::new(connection);
        let server_runs = ServerRunStore::new(connection, announcer);
        let runner = Runner::new(reader, journals, server_runs);
        Self {
            connection,
            announcer,
            clock,
            table,
            reader,
            devices: DeviceChoice::new(connection, announcer, table, reader),
            auto_refresh: AutoRefresh::new(table, run, reader),
            details: Details::new(connection, table, reader),
            review: ReviewStore::new(connection, table, run, reader),
            run,
            runner,
            brake: BrakeStore::new(table, run, runner),
            brake_rules: BrakeRules::new(connection, announcer),
            journals,
            approvals: ApprovalQueue::new(connection, announcer),
            server_runs,
            watching: Watching::new(connection, announcer),
        }
    }

    /// Grades commands in this person's words, now and whenever they change.
    fn follow_severity(self) {
        let preferences = Preferences::shared();
        Effect::new(move |_| {
            let settings = preferences.settings.read();
            if self.connection.grade(&settings.severity_rules) {
                self.table.grade();
            }
        });
    }

    /// Shows what the address says.
    pub fn follow_address(self) {
        let shown = self.table.follow_address();
        let open = shown.open.map(|target| target.device().clone());
        let named = shown.chosen.into_iter().chain(open);
        self.devices.choose_named(named.collect());
    }

    /// Shows the run at the server that the address names: the way to it from a notice. One that waits for this person's
    /// approval is shown with the question.
    pub fn show_named_run(self) {
        let named = site::in_address("run").filter(|id| route::is_run_id(id));
        let Some(id) = named.filter(|_| self.connection.has_server_runs()) else {
            return;
        };
        self.connection.spawn(async move {
            let is_asked = |run: &ServerRun| {
                let is_others = self.connection.user().as_ref() != Some(&run.by);
                run.state == RunState::Waiting && self.connection.may_approve() && is_others
            };
            match self.server_runs.ask(&id).await {
                Ok(Some(run)) if is_asked(&run) => self.approvals.open(&id),
                Ok(Some(run)) => self.runner.follow(run),
                Ok(None) => self.server_runs.say(text::server_runs::gone()),
                Err(NoAnswer) => self.server_runs.say(text::server_runs::unanswered()),
            }
        });
    }

    /// Shows a run at the server.
    pub fn show_run(self, id: String) {
        self.connection.spawn(async move {
            match self.server_runs.ask(&id).await {
                Ok(Some(run)) => self.runner.follow(run),
                Ok(None) => self.server_runs.say(text::server_runs::gone()),
                Err(NoAnswer) => self.server_runs.say(text::server_runs::unanswered()),
            }
        });
    }

    /// Stops the run that is shown, wherever it is driven.
    pub fn stop_run(self) {
        match self.run.is_active_now() {
            true => self.run.stop(),
            false => self.server_runs.stop(),
        }
    }

    /// Returns the console of the views around this one.
    pub fn shared() -> Self {
        expect_context()
    }
}
