//! Devices that are read before the console is built.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use countermand_console::fleet::{AT_ONCE, Fleet};
use countermand_core_model::{Command, DeviceRef, Listing};
use countermand_transport::ApiError;
use futures_channel::oneshot::{Receiver, Sender, channel};

use super::super::connection::OpenConnection;
use crate::platform::{
    backend, clock,
    start::{self, Part},
};

/// What a device's reading brings.
pub type EarlyRead = Result<Listing<Command>, ApiError>;

/// Draws rows. Dropped, it takes them out of the page.
pub type Draw = Box<dyn Fn(&Fleet)>;

/// A reading that was begun. It is cancelled where its connection was closed meanwhile.
type Begun = (DeviceRef, Receiver<EarlyRead>);

thread_local! {
    /// The readings that the console has not taken over yet.
    static BEGUN: RefCell<Vec<Begun>> = const { RefCell::new(Vec::new()) };
}

/// The readings that were begun before the console was built. Whoever takes them next gets none.
pub struct EarlyReads(RefCell<Vec<Begun>>);

impl EarlyReads {
    /// Takes them over.
    pub fn take() -> Self {
        Self(RefCell::new(BEGUN.take()))
    }

    /// Returns what the reading of a device brings, or `None` where it was not begun, or not brought to its end.
    pub async fn of(&self, device: &DeviceRef) -> Option<EarlyRead> {
        self.begun(device)?.await.ok()
    }

    fn begun(&self, device: &DeviceRef) -> Option<Receiver<EarlyRead>> {
        let mut begun = self.0.borrow_mut();
        let at = begun.iter().position(|(begun, _)| begun == device)?;
        Some(begun.swap_remove(at).1)
    }
}

/// The readings as far as rows are drawn from them.
pub(super) struct Reads {
    connection: OpenConnection,
    /// The chosen devices, until the first of them is read.
    chosen: RefCell<Vec<DeviceRef>>,
    fleet: RefCell<Fleet>,
    left: Cell<usize>,
    first: RefCell<Option<Sender<()>>>,
    waiting: RefCell<Option<Receiver<()>>>,
    draw: RefCell<Option<Draw>>,
}

impl Reads {
    /// Asks for the first devices of a connection.
    pub(super) fn start(open: &OpenConnection) -> Rc<Self> {
        let devices: Vec<DeviceRef> = open.devices.iter().take(AT_ONCE).cloned().collect();
        let (first, waiting) = channel();
        let this = Rc::new(Self {
            connection: open.clone(),
            chosen: RefCell::new(open.devices.clone()),
            fleet: RefCell::default(),
            left: Cell::new(devices.len()),
            first: RefCell::new(Some(first)),
            waiting: RefCell::new(Some(waiting)),
            draw: RefCell::default(),
        });
        if devices.is_empty() {
            this.tell();
        }
        let mut pending = Vec::new();
        let part = Part::rows_of(open.client.provider());
        let client = backend::held(&open.client, part);
        open.tasks.spawn(start::has(part));
        for device in devices {
            let (read, receiver) = channel();
            pending.push((device.clone(), receiver));
            let (client, this) = (client.clone(), this.clone());
            open.tasks.spawn(async move {
                let answer = client.list(&device, None).await;
                this.arrived(&device, &answer);
                let _ = read.send(answer);
            });
        }
        BEGUN.set(pending);
        this
    }

    /// Waits until there are rows, or none will come.
    pub(super) async fn first(&self) {
        let waiting = self.waiting.take();
        if let Some(waiting) = waiting {
            let _ = waiting.await;
        }
    }

    /// Draws what there is, and what comes.
    pub(super) fn draw_with(&self, draw: Draw) {
        if !self.fleet.borrow().store().is_empty() {
            draw(&self.fleet.borrow());
        }
        self.draw.replace(Some(draw));
    }

    /// Takes what was drawn out of the page.
    pub(super) fn clear(&self) {
        self.draw.take();
    }

    fn arrived(&self, device: &DeviceRef, answer: &EarlyRead) {
        self.left.set(self.left.get().saturating_sub(1));
        let chosen = self.chosen.take();
        if !chosen.is_empty() {
            let mut fleet = self.fleet.borrow_mut();
            fleet.set_severity_rules(self.connection.severity_rules());
            fleet.add(chosen.into_iter().map(|device| (device, None)).collect());
        }
        if let Ok(listing) = answer {
            let mut fleet = self.fleet.borrow_mut();
            fleet.read(device, listing, clock::now());
        }
        if let Some(draw) = &*self.draw.borrow() {
            draw(&self.fleet.borrow());
        }
        let has_rows = !self.fleet.borrow().store().is_empty();
        if has_rows || self.left.get() == 0 {
            self.tell();
        }
    }

    fn tell(&self) {
        if let Some(first) = self.first.take() {
            let _ = first.send(());
        }
    }
}
