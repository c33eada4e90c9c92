//! The command whose details are open.

use std::sync::Arc;

use countermand_console::problem::Problem;
use countermand_core_model::{Command, CommandId, CommandTarget, DeviceRef};
use countermand_table::RowId;
use leptos::prelude::*;

use super::{
    connection::ConnectionHandle, reader::Reader, store_signal::StoreSignal, table::TableStore,
};

/// What the provider said of a command when its details were opened.
pub type ReadCommand = Result<Arc<Command>, Problem>;

/// The details of a command. Copies are the same.
#[derive(Clone, Copy)]
pub struct Details {
    connection: ConnectionHandle,
    table: TableStore,
    reader: Reader,
    /// The command as the table knows it, while its details are open.
    pub command: StoreSignal<Option<Arc<Command>>>,
    /// The command as it was read for the details, or `None` while it is being read.
    pub read: StoreSignal<Option<ReadCommand>>,
}

impl Details {
    pub(super) fn new(connection: ConnectionHandle, table: TableStore, reader: Reader) -> Self {
        Self {
            connection,
            table,
            reader,
            command: StoreSignal::new(None),
            read: StoreSignal::new(None),
        }
    }

    /// Opens the details of a row's command, and reads it: the table does not keep the provider's JSON.
    pub fn open(self, row: RowId) {
        let Some(command) = self.table.command(row).map(Arc::new) else {
            return;
        };
        self.read.set(None);
        self.command.set(Some(command.clone()));
        self.note(CommandTarget::new(command.device.clone(), command.id.clone()).ok());
        let client = self.connection.client();
        self.connection.spawn(async move {
            let read = client.get(&command.device, &command.id).await;
            let is_open = self
                .command
                .look_untracked(|open| open.id == command.id && open.device == command.device);
            if !is_open {
                return;
            }
            // The table is brought up to date with what the details show.
            if read.as_ref().is_ok_and(|read| read.state != command.state) {
                self.reader.read(vec![command.device.clone()]);
            }
            let read = read.map(Arc::new).map_err(|error| Problem::of(&error));
            self.read.set(Some(read));
        });
    }

    /// Opens the details of a command, if it is in the table.
    pub fn open_command(self, device: &DeviceRef, id: &CommandId) {
        let target = CommandTarget::new(device.clone(), id.clone()).ok();
        let row = target.and_then(|target| {
            self.table
                .fleet
                .with_untracked(|fleet| fleet.store().find_row(&target))
        });
        if let Some(row) = row {
            self.open(row);
        }
    }

    pub fn close(self) {
        self.command.set(None);
        self.note(None);
    }

    /// Notes for the address what is open.
    fn note(self, target: Option<CommandTarget>) {
        if self.table.opened.get_untracked() != target {
            self.table.opened.set(target);
        }
    }

    /// Opens and closes what the address says, as soon as it is read. An effect: it runs with every change.
    pub fn follow(self) {
        self.table.fleet.track();
        let wanted = self.table.opened.get();
        let open = self.command.with_untracked(|command| {
            let command = command.as_ref()?;
            CommandTarget::new(command.device.clone(), command.id.clone()).ok()
        });
        match wanted {
            Some(target) if open.as_ref() != Some(&target) => {
                self.open_command(target.device(), target.id());
            }
            None if open.is_some() => self.command.set(None),
            _ => {}
        }
    }
}
