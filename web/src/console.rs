//! The console while a connection is open: its signals, and what can be done with it.
//!
//! This joins the state, which decides, to the platform, which acts. Views read the signals and call
//! the methods.

pub mod actions;
pub mod address;
mod again;
pub mod approving;
mod cancelling;
mod choosing;
pub mod connecting;
pub mod door;
mod everything;
mod firing;
pub mod history;
pub mod host;
mod journalling;
pub mod keys;
pub mod live;
mod looking;
pub mod network;
pub mod preferences;
mod reading;
mod resuming;
mod reviewing;
mod running;

use std::sync::Arc;

use countermand_client::{Client, StopHandle};
use countermand_console::{
    approval::{Approval, Asked},
    command_line::command_line,
    fleet::Fleet,
    idle::IdleLimit,
    org_scan::OrgScan,
    page::Page,
    picker::Listed,
    problem::Problem,
    progress::Progress,
    relay::{Offer, Role},
    review::Review,
    rows,
    run_choices::RunChoices,
    run_status::RunStatus,
    unfinished::{JournalSupport, UnfinishedRun},
};
use countermand_core_model::{Command, DeviceRef, Provider, Timestamp};
use countermand_table::{Bits, Column, Filter, Order, Orders, RowId, Selection, View};
use leptos::prelude::*;

use reading::Arrival;

use crate::platform::{clock, tasks::Tasks};

/// An open connection.
#[derive(Clone)]
pub struct Session {
    /// The client, which holds the key.
    pub client: Client,
    /// What the connection is called.
    pub name: String,
    /// The devices to begin with.
    pub devices: Vec<DeviceRef>,
    /// After how long without a touch it is locked.
    pub idle: IdleLimit,
    /// What goes on in its background.
    pub tasks: Tasks,
    /// The page's host holds its keys, and says who may do what; none where this page holds them.
    pub relay: Option<Arc<Through>>,
}

/// A connection that leads through the relay of the page's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// What the relay offers.
    pub offer: Offer,
    /// Who opened it.
    pub user: String,
}

impl Session {
    /// May this person cancel? Every control that leads to a cancel asks here, and so does every cancel.
    pub fn may_cancel(&self) -> bool {
        let role = self.relay.as_ref().map(|relay| relay.offer.role);
        role.is_none_or(|role| role == Role::Operator)
    }
}

/// The console of an open connection. Copies are the same console.
#[derive(Clone, Copy)]
pub struct Console {
    session: StoredValue<Session>,
    stop: StoredValue<StopHandle>,
    /// The run in full: every event changes it, and nobody is told but through `run`.
    pub progress: StoredValue<Option<Progress>>,
    /// The views are about to be told of the run.
    is_publishing: StoredValue<bool>,
    arrivals: StoredValue<Vec<Arrival>>,
    next_showing: StoredValue<f64>,
    /// The chosen devices and their commands.
    pub fleet: RwSignal<Fleet>,
    /// Which commands are shown.
    pub filter: RwSignal<Filter>,
    /// In which order.
    pub order: RwSignal<Order>,
    /// The rows that the filter takes, in order, and how many each choice would show.
    pub view: Memo<Arc<View>>,
    /// Rows that stay in view for the run's sake, whatever the filter takes.
    pub kept: RwSignal<Bits>,
    /// Rows that were changed by the last reading.
    pub recent: RwSignal<Bits>,
    /// What the address says that means nothing here.
    pub ignored: RwSignal<Vec<String>>,
    /// How many seconds lie between two readings that it makes by itself; zero: none.
    pub live: RwSignal<u32>,
    fails: StoredValue<u32>,
    tried: StoredValue<f64>,
    /// Columns that are not shown.
    pub hidden: RwSignal<Vec<Column>>,
    /// Which page of the rows is shown.
    pub page: RwSignal<Page>,
    active: StoredValue<usize>,
    /// What is selected.
    pub selection: RwSignal<Selection>,
    /// What is to be confirmed.
    pub review: RwSignal<Option<Review>>,
    /// The organisation's devices on the way to a review of everything.
    pub everywhere: RwSignal<Option<OrgScan>>,
    /// Where the run stands that goes on, or the last one. It changes at most some times a second; of a
    /// command ask [`Console::live_of`].
    pub run: RwSignal<Option<RunStatus>>,
    /// Does this browser keep journals?
    pub keeping: RwSignal<JournalSupport>,
    /// Runs that are not over, of this connection and of others.
    pub unfinished: RwSignal<Vec<UnfinishedRun>>,
    /// A run is about to be gone on with.
    pub is_resuming: RwSignal<bool>,
    /// Why one was not, in words.
    pub resume_problem: RwSignal<Option<String>>,
    /// Why the last run did not begin: its journal could not be.
    pub not_begun: RwSignal<Option<String>>,
    /// Why the last run did not begin: a second operator did not approve it.
    pub not_approved: RwSignal<Option<String>>,
    /// The approval that the run at hand waits for.
    pub asked: RwSignal<Option<Asked>>,
    /// Approvals that wait for an operator, newest first.
    pub approvals: RwSignal<Vec<Approval>>,
    approvals_text: StoredValue<String>,
    /// When how many cancels were sent without approval.
    sent_alone: StoredValue<Vec<(Timestamp, usize)>>,
    /// The one that is being looked at.
    pub judged: RwSignal<Option<Approval>>,
    /// The run whose journal was written last.
    last_run: StoredValue<Option<String>>,
    /// How the next run goes about it.
    pub options: RwSignal<RunChoices>,
    /// The vendor's list, while it is open.
    pub picker: RwSignal<Option<Listed>>,
    /// Every device of the organisation is being chosen.
    pub choosing_all: RwSignal<bool>,
    /// Why that did not bring all of them.
    pub all_failed: RwSignal<Option<String>>,
    /// The command whose details are open, as the table knows it.
    pub details: RwSignal<Option<Arc<Command>>>,
    /// The same as it was read for that; none while it is being read.
    pub read_details: RwSignal<Option<Result<Arc<Command>, Problem>>>,
    /// The time, moving on every few seconds.
    pub now: RwSignal<Timestamp>,
    /// Said when there is time.
    pub polite: RwSignal<String>,
    /// Said at once.
    pub assertive: RwSignal<String>,
}

impl Console {
    /// A console for `session`.
    pub fn new(session: Session) -> Self {
        let fleet = RwSignal::new(Fleet::default());
        let filter = RwSignal::new(rows::default_filter());
        let order = RwSignal::new(Order::default());
        let kept = RwSignal::new(Bits::default());
        let orders = StoredValue::new(Orders::default());
        let view = Memo::new_with_compare(
            move |_| {
                let looked = orders.try_update_value(|orders| {
                    filter.with(|filter| {
                        kept.with(|kept| {
                            fleet
                                .with(|fleet| fleet.store().view(filter, order.get(), kept, orders))
                        })
                    })
                });
                Arc::new(looked.unwrap_or_default())
            },
            |_, _| true,
        );
        Self {
            session: StoredValue::new(session),
            stop: StoredValue::new(StopHandle::new()),
            progress: StoredValue::new(None),
            is_publishing: StoredValue::new(false),
            arrivals: StoredValue::new(Vec::new()),
            next_showing: StoredValue::new(0.0),
            fleet,
            filter,
            order,
            view,
            kept,
            recent: RwSignal::new(Bits::default()),
            ignored: RwSignal::new(Vec::new()),
            live: RwSignal::new(0),
            fails: StoredValue::new(0),
            tried: StoredValue::new(0.0),
            hidden: RwSignal::new(vec![Column::VendorState, Column::Id]),
            page: RwSignal::new(Page::default()),
            active: StoredValue::new(0),
            selection: RwSignal::new(Selection::default()),
            review: RwSignal::new(None),
            run: RwSignal::new(None),
            everywhere: RwSignal::new(None),
            keeping: RwSignal::new(JournalSupport::default()),
            unfinished: RwSignal::new(Vec::new()),
            is_resuming: RwSignal::new(false),
            resume_problem: RwSignal::new(None),
            not_begun: RwSignal::new(None),
            not_approved: RwSignal::new(None),
            asked: RwSignal::new(None),
            approvals: RwSignal::new(Vec::new()),
            approvals_text: StoredValue::new(String::new()),
            sent_alone: StoredValue::new(Vec::new()),
            judged: RwSignal::new(None),
            last_run: StoredValue::new(None),
            options: RwSignal::new(RunChoices::default()),
            picker: RwSignal::new(None),
            choosing_all: RwSignal::new(false),
            all_failed: RwSignal::new(None),
            details: RwSignal::new(None),
            read_details: RwSignal::new(None),
            now: RwSignal::new(clock::now()),
            polite: RwSignal::new(String::new()),
            assertive: RwSignal::new(String::new()),
        }
    }

    /// The one that the views around this one share.
    pub fn shared() -> Self {
        expect_context()
    }

    /// The vendor.
    pub fn provider(self) -> Provider {
        self.session.with_value(|session| session.client.provider())
    }

    /// May this person cancel over this connection?
    pub fn may_cancel(self) -> bool {
        self.session.with_value(Session::may_cancel)
    }

    /// The relay's connection that this is; none where the page holds the keys.
    pub fn relay(self) -> Option<Arc<Through>> {
        self.session.with_value(|session| session.relay.clone())
    }

    /// Did the relay say, the last time it was asked, that this person's session has ended?
    pub fn is_signed_out(self) -> bool {
        self.session
            .with_value(|session| session.client.is_signed_out())
    }

    fn client(self) -> Client {
        self.session.with_value(|session| session.client.clone())
    }

    fn spawn(self, task: impl Future<Output = ()> + 'static) {
        self.session.with_value(|session| session.tasks.spawn(task));
    }

    /// The devices to begin with.
    pub fn first_devices(self) -> Vec<DeviceRef> {
        self.session.with_value(|session| session.devices.clone())
    }

    /// Does a run go on? To be watched by a view.
    pub fn run_goes_on(self) -> bool {
        self.run.with(goes_on)
    }

    /// Does a run go on? For what is done or drawn by hand.
    pub fn is_running_now(self) -> bool {
        self.run.with_untracked(goes_on)
    }

    /// Opens the details of a row's command, and reads it for them: the table does not keep the vendor's JSON.
    pub fn open_details(self, row: RowId) {
        let client = self.client();
        let command = self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            let is_there = store.has(row);
            is_there.then(|| Arc::new(rows::command(store.row(row), client.org())))
        });
        let Some(command) = command else {
            return;
        };
        self.read_details.set(None);
        self.details.set(Some(command.clone()));
        self.spawn(async move {
            let read = client.get(&command.device, &command.id).await;
            let is_open = self.details.with_untracked(|open| {
                open.as_ref()
                    .is_some_and(|open| open.id == command.id && open.device == command.device)
            });
            if !is_open {
                return;
            }
            // What stands otherwise now stands otherwise in the table, too.
            if read.as_ref().is_ok_and(|read| read.state != command.state) {
                self.read(vec![command.device.clone()]);
            }
            let read = read.map(Arc::new).map_err(|error| Problem::of(&error));
            self.read_details.set(Some(read));
        });
    }

    /// The command line that shows a command, or that cancels it.
    pub fn command_line(self, cancels: bool, command: &Command) -> String {
        let client = self.client();
        command_line(
            cancels,
            client.base().as_str(),
            client.org(),
            &command.device,
            &command.id,
        )
    }

    /// Says `text` when there is time.
    pub fn say(self, text: String) {
        self.polite.set(text);
    }
}

fn goes_on(run: &Option<RunStatus>) -> bool {
    run.as_ref().is_some_and(RunStatus::goes_on)
}
