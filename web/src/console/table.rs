//! The table: the chosen devices, their commands, and which of them are shown and selected.

mod columns;
mod filtering;
mod selecting;

use std::sync::Arc;

use countermand_console::{
    command_view::CommandView,
    counts::Counts,
    fleet::{DeviceStatus, Fleet},
    page::Page,
    rows,
    timeline::{self, Next},
    timeline_lanes::{self, Picture},
};
use countermand_core_model::{Command, CommandId, CommandState, CommandTarget, DeviceRef};
use countermand_table::{
    Bits, Column, Device, Order, Orders, Row, RowFilter, RowId, Selection, View,
};
use leptos::prelude::*;

use super::{address::Written, connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::clock;

/// How many milliseconds a changed row is marked.
const MARKED_FOR: f64 = 4_000.0;

/// The table. Copies are the same table.
#[derive(Clone, Copy)]
pub struct TableStore {
    connection: ConnectionHandle,
    /// The chosen devices and their commands.
    pub fleet: StoreSignal<Fleet>,
    /// Which commands are shown.
    pub filter: StoreSignal<RowFilter>,
    /// The order of the rows.
    pub order: StoreSignal<Order>,
    /// The rows that the filter lets through, in order, and how many each choice would show.
    pub view: Memo<Arc<View>>,
    /// Rows of the run, which stay in view whatever the filter lets through.
    run_rows: StoreSignal<Bits>,
    /// The rows that the last reading changed.
    pub recent: StoreSignal<Bits>,
    /// The parts of the address that mean nothing here.
    pub ignored: StoreSignal<Vec<String>>,
    /// The columns that are not shown.
    pub hidden_columns: StoreSignal<Vec<Column>>,
    /// Which page of the rows is shown.
    pub page: StoreSignal<Page>,
    active: StoredValue<usize>,
    /// What is selected.
    pub selection: StoreSignal<Selection>,
    /// The command whose details are open, or are to be opened once it is read.
    pub(super) opened: StoreSignal<Option<CommandTarget>>,
    /// What the address says.
    written: StoredValue<Written>,
    /// Whether all that was shown was selected, and nothing was changed by hand since.
    is_all_selected: StoreSignal<bool>,
}

impl TableStore {
    pub(super) fn new(connection: ConnectionHandle) -> Self {
        let mut empty = Fleet::default();
        empty.set_severity_rules(connection.severity_rules());
        let fleet = StoreSignal::new(empty);
        let filter = StoreSignal::new(rows::default_filter());
        let order = StoreSignal::new(Order::default());
        let run_rows = StoreSignal::new(Bits::default());
        Self {
            connection,
            fleet,
            filter,
            order,
            view: view(fleet, filter, order, run_rows),
            run_rows,
            recent: StoreSignal::new(Bits::default()),
            ignored: StoreSignal::new(Vec::new()),
            hidden_columns: StoreSignal::new(rows::HIDDEN_AT_FIRST.to_vec()),
            page: StoreSignal::new(Page::default()),
            active: StoredValue::new(0),
            selection: StoreSignal::new(Selection::default()),
            opened: StoreSignal::new(None),
            written: StoredValue::new(Written::default()),
            is_all_selected: StoreSignal::new(false),
        }
    }

    /// Returns what was read, and how much of it is shown. Tracked.
    pub fn counts(self) -> Counts {
        self.view
            .with(|view| self.fleet.with(|fleet| Counts::of(fleet, view)))
    }

    /// Returns the chosen devices.
    pub fn devices(self) -> Vec<DeviceRef> {
        self.fleet.with_untracked(Fleet::refs)
    }

    /// Returns those of `devices` that are still chosen.
    pub(super) fn still_chosen(
        self,
        devices: impl IntoIterator<Item = DeviceRef>,
    ) -> Vec<DeviceRef> {
        let devices = devices.into_iter();
        self.fleet
            .with_untracked(|fleet| devices.filter(|device| fleet.has(device)).collect())
    }

    /// Returns how many of the chosen devices fulfil a condition.
    pub(super) fn count_devices(
        self,
        mut condition: impl FnMut(&Device, &DeviceStatus) -> bool,
    ) -> usize {
        self.fleet.with_untracked(|fleet| {
            let devices = fleet.devices();
            devices
                .filter(|(device, status)| condition(device, status))
                .count()
        })
    }

    /// Calls `visit` with every command, device by device.
    pub fn each_command(self, visit: &mut dyn FnMut(CommandView<'_>)) {
        self.each_row(&mut |row| visit(row.into()));
    }

    pub(super) fn each_row(self, visit: &mut dyn FnMut(Row<'_>)) {
        self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            for (_, device) in store.devices() {
                device.rows().iter().for_each(|row| visit(store.row(*row)));
            }
        });
    }

    /// Returns the command of a row as far as the table knows it, or `None` where it is gone.
    pub(super) fn command(self, row: RowId) -> Option<Command> {
        let client = self.connection.client();
        self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            store
                .has(row)
                .then(|| rows::command(store.row(row), client.org()))
        })
    }

    /// Returns what people call a device, where that is known.
    pub fn device_name(self, device: &DeviceRef) -> Option<String> {
        self.fleet
            .with_untracked(|fleet| fleet.name(device).map(str::to_owned))
    }

    /// Returns what a device is called: its name with its id, or its id alone.
    pub fn device_called(self, device: &DeviceRef) -> String {
        self.fleet.with_untracked(|fleet| fleet.called(device))
    }

    /// Returns what runs next.
    pub fn next(self) -> Next {
        let descriptor = self.connection.provider().descriptor();
        let has_queue = descriptor.has_device_queue();
        self.fleet
            .with_untracked(|fleet| timeline::next(fleet.store(), has_queue, clock::now()))
    }

    /// Returns the picture of what runs next.
    pub fn picture(self) -> Picture {
        self.fleet.with_untracked(|fleet| {
            self.selection.with_untracked(|selection| {
                timeline_lanes::picture(fleet.store(), selection, clock::now())
            })
        })
    }

    /// Changes the chosen devices or their commands.
    pub(super) fn update_fleet(self, change: impl FnOnce(&mut Fleet)) {
        self.fleet.update(change);
    }

    /// Grades all commands, and those to come, as the connection says.
    pub(super) fn grade(self) {
        let rules = self.connection.severity_rules();
        self.fleet.update(|fleet| fleet.set_severity_rules(rules));
    }

    /// Takes out a device.
    pub fn remove(self, device: &DeviceRef) {
        let mut gone = Vec::new();
        self.fleet
            .update(|fleet| gone = fleet.remove(device).removed);
        self.forget(&gone);
    }

    /// Takes out all devices.
    pub fn remove_all(self) {
        self.fleet.update(Fleet::clear);
        self.select_none();
        self.run_rows.set(Bits::default());
        self.recent.set(Bits::default());
    }

    /// Forgets removed rows: their numbers are used again.
    pub(super) fn forget(self, removed: &[RowId]) {
        if removed.is_empty() {
            return;
        }
        self.selection.update(|selection| selection.forget(removed));
        for set in [self.run_rows, self.recent] {
            set.update(|rows| {
                for row in removed {
                    rows.set(row.number(), false);
                }
            });
        }
    }

    /// Takes in the states that a run read, and deselects what it settled.
    pub(super) fn take_states(self, read: &[(RowId, CommandId, CommandState)], settled: &[RowId]) {
        let states = || read.iter().map(|(row, id, state)| (*row, id, *state));
        if !read.is_empty() {
            self.fleet.update(|fleet| fleet.set_states(states()));
        }
        let is_selected = |selection: &Selection| settled.iter().any(|row| selection.has(*row));
        if self.selection.with_untracked(is_selected) {
            self.selection.update(|selection| selection.forget(settled));
        }
    }

    /// Marks changed rows for a moment.
    pub(super) fn mark(self, changed: Bits) {
        if changed.is_empty() {
            return;
        }
        self.recent.set(changed.clone());
        clock::after(MARKED_FOR, move || {
            // Rows that were marked again meanwhile stay marked.
            if self.recent.try_with_untracked(|recent| *recent == changed) == Some(true) {
                self.recent.set(Bits::default());
            }
        });
    }

    /// Keeps these rows in view, whatever the filter lets through.
    pub(super) fn keep_in_view(self, rows: Bits) {
        self.run_rows.set(rows);
    }
}

/// The rows in their order. The orders are kept between changes, so that not everything is sorted again.
fn view(
    fleet: StoreSignal<Fleet>,
    filter: StoreSignal<RowFilter>,
    order: StoreSignal<Order>,
    run_rows: StoreSignal<Bits>,
) -> Memo<Arc<View>> {
    let orders = StoredValue::new(Orders::default());
    Memo::new_with_compare(
        move |_| {
            let view = orders.try_update_value(|orders| {
                filter.with(|filter| {
                    run_rows.with(|run_rows| {
                        fleet
                            .with(|fleet| fleet.store().view(filter, order.get(), run_rows, orders))
                    })
                })
            });
            Arc::new(view.unwrap_or_default())
        },
        |_, _| true,
    )
}
