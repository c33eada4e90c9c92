//! The console while a connection is open: its signals, and what can be done with it.
//!
//! This joins the state, which decides, to the platform, which acts. Views read the signals and call
//! the methods.

mod cancelling;
mod choosing;
pub mod connecting;
pub mod door;
pub mod keys;
pub mod preferences;
mod reading;

use std::sync::Arc;

use countermand_client::{Client, StopHandle};
use countermand_core_model::{Command, CommandTarget, DeviceRef, Provider, Timestamp};
use leptos::prelude::*;

use crate::{
    platform::{clock, tasks::Tasks},
    state::{
        fleet::Fleet,
        idle::IdleLimit,
        picker::Listed,
        progress::{Phase, Progress},
        review::Review,
        rows::{self, Filter, Order, Row},
        selection::Selection,
    },
};

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
}

/// The console of an open connection. Copies are the same console.
#[derive(Clone, Copy)]
pub struct Console {
    session: StoredValue<Session>,
    stop: StoredValue<StopHandle>,
    /// The chosen devices and their commands.
    pub fleet: RwSignal<Fleet>,
    /// Which commands are shown.
    pub filter: RwSignal<Filter>,
    /// In which order.
    pub order: RwSignal<Order>,
    /// How many rows are shown at most.
    pub limit: RwSignal<usize>,
    /// The rows that the filter takes, in order.
    pub rows: Memo<Arc<Vec<Row>>>,
    /// What is selected.
    pub selection: RwSignal<Selection>,
    /// What is to be confirmed.
    pub review: RwSignal<Option<Review>>,
    /// The run that goes on, or the last one.
    pub run: RwSignal<Option<Progress>>,
    /// The vendor's list, while it is open.
    pub picker: RwSignal<Option<Listed>>,
    /// The command whose details are open.
    pub details: RwSignal<Option<Arc<Command>>>,
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
        let filter = RwSignal::new(Filter::State(countermand_core_model::CommandState::Pending));
        let order = RwSignal::new(Order::NewestFirst);
        let run = RwSignal::new(None::<Progress>);
        let kept = Memo::new(move |_| {
            run.with(|run| run.as_ref().map(Progress::targets))
                .unwrap_or_default()
        });
        let rows = Memo::new_with_compare(
            move |_| {
                kept.with(|kept| {
                    fleet.with(|fleet| Arc::new(rows::rows(fleet, filter.get(), order.get(), kept)))
                })
            },
            |_, _| true,
        );
        Self {
            session: StoredValue::new(session),
            stop: StoredValue::new(StopHandle::new()),
            fleet,
            filter,
            order,
            limit: RwSignal::new(rows::AT_A_TIME),
            rows,
            selection: RwSignal::new(Selection::default()),
            review: RwSignal::new(None),
            run,
            picker: RwSignal::new(None),
            details: RwSignal::new(None),
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

    fn is_running_now(self) -> bool {
        self.run.with_untracked(goes_on)
    }

    /// Is this command selected?
    pub fn is_selected(self, target: &CommandTarget) -> bool {
        self.selection.with(|selection| selection.has(target))
    }

    /// Says `text` when there is time.
    pub fn say(self, text: String) {
        self.polite.set(text);
    }
}

fn goes_on(run: &Option<Progress>) -> bool {
    run.as_ref().is_some_and(|run| run.phase != Phase::Over)
}
