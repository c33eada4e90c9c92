//! The commands of the chosen devices.

use std::collections::HashMap;

use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, DeviceRef, SeverityRules,
};

use crate::{Bits, Device, DeviceIx, RowId, bits::ByteSet, columns::Columns, interner::Interner};

/// The commands of the chosen devices, column by column.
#[derive(Debug, Default)]
pub struct Store {
    /// By [`DeviceIx`]; `None` if a device was removed.
    devices: Vec<Option<Device>>,
    by_ref: HashMap<DeviceRef, DeviceIx>,
    /// How many devices are chosen.
    chosen: usize,
    pub(crate) columns: Columns,
    pub(crate) words: Interner,
    /// The rows that hold a command.
    pub(crate) live: Bits,
    free: Vec<RowId>,
    /// Counts the changes, so that orders computed before are recognized as outdated.
    pub(crate) version: u64,
    /// Counts the changes of states alone: no order but theirs goes by them.
    pub(crate) states_version: u64,
    /// Some ids have capital letters, so that a search has to fold them.
    pub(crate) has_capitals: bool,
    /// What ids are made of, without case.
    pub(crate) in_ids: ByteSet,
}

/// Two names became one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The device that is left.
    pub kept: DeviceIx,
    /// The one that is no more, if there was one.
    pub gone: Option<DeviceIx>,
    /// The rows that are free: the commands are those of the other.
    pub changes: Changes,
}

/// The changes made by reading a device again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New commands.
    pub added: Vec<RowId>,
    /// Commands that changed.
    pub changed: Vec<RowId>,
    /// Commands that the provider no longer lists. Their rows are free.
    pub removed: Vec<RowId>,
}

impl Store {
    /// Adds a device, or updates its name. Returns whether it is new.
    pub fn add(&mut self, device: &DeviceRef, name: Option<&str>) -> (DeviceIx, bool) {
        if let Some(ix) = self.by_ref.get(device).copied() {
            if let (Some(Some(known)), Some(_)) = (self.devices.get_mut(ix.index()), name) {
                known.call(name);
                self.version += 1;
            }
            return (ix, false);
        }
        let ix = DeviceIx(self.devices.len() as u32);
        self.devices.push(Some(Device::new(device.clone(), name)));
        self.by_ref.insert(device.clone(), ix);
        self.chosen += 1;
        self.version += 1;
        (ix, true)
    }

    /// Notes a device's name, where there is one, and what else identifies it, so that it is found by that: serial
    /// number, IMEI, user.
    pub fn describe(&mut self, ix: DeviceIx, name: Option<&str>, details: &str) {
        let Some(Some(device)) = self.devices.get_mut(ix.index()) else {
            return;
        };
        let name = name.or(device.name.as_deref());
        if name != device.name.as_deref() || *device.details != *details {
            device.name = name.map(Into::into);
            device.details = details.into();
            device.fold();
            self.version += 1;
        }
    }

    /// Notes that a device is called `also`, too. Where that is chosen as another device, the two become the one that
    /// was chosen first. Nothing changes, and nothing is returned, where a device would have two other names.
    pub fn call_also(&mut self, ix: DeviceIx, also: &DeviceRef) -> Option<Folded> {
        let known = self.devices.get(ix.index())?.as_ref()?;
        if known.also.is_some() || known.device == *also {
            return None;
        }
        let name = known.device.clone();
        let (kept, other, gone) = match self.find(also) {
            None => (ix, also.clone(), None),
            Some(there) if self.device(there).also.is_some() => return None,
            Some(there) if there < ix => (there, name, Some(ix)),
            Some(there) => (ix, also.clone(), Some(there)),
        };
        let mut changes = Changes::default();
        if let Some(gone) = gone {
            self.hand_over(gone, kept);
            changes = self.remove(gone);
        }
        self.by_ref.insert(other.clone(), kept);
        if let Some(Some(device)) = self.devices.get_mut(kept.index()) {
            device.also = Some(Box::new(other));
            device.fold();
        }
        self.version += 1;
        Some(Folded {
            kept,
            gone,
            changes,
        })
    }

    /// Gives `to` what it lacks and `from` has: its rows, where it was not read, and its name.
    fn hand_over(&mut self, from: DeviceIx, to: DeviceIx) {
        let Some(Some(mut there)) = self.devices.get_mut(from.index()).map(Option::take) else {
            return;
        };
        if let Some(Some(device)) = self.devices.get_mut(to.index()) {
            if device.rows.is_empty() {
                device.rows = std::mem::take(&mut there.rows);
                device.waiting = std::mem::take(&mut there.waiting);
                for row in &device.rows {
                    self.columns.device[row.0 as usize] = to;
                }
            }
            device.name = device.name.take().or_else(|| there.name.clone());
            if device.details.is_empty() {
                device.details = there.details.clone();
            }
        }
        self.devices[from.index()] = Some(there);
    }

    /// Removes a device and its commands.
    pub fn remove(&mut self, ix: DeviceIx) -> Changes {
        let Some(device) = self.devices.get_mut(ix.index()).and_then(Option::take) else {
            return Changes::default();
        };
        self.by_ref.remove(&device.device);
        if let Some(also) = &device.also {
            self.by_ref.remove(&**also);
        }
        self.chosen -= 1;
        self.version += 1;
        for row in &device.rows {
            self.live.set(row.0, false);
        }
        self.free.extend(&device.rows);
        Changes {
            removed: device.rows,
            ..Changes::default()
        }
    }

    /// Removes everything. The rules stay.
    pub fn clear(&mut self) {
        let version = self.version() + 1;
        let rules = std::mem::take(&mut self.words.severity_rules);
        *self = Self {
            version,
            ..Self::default()
        };
        self.words.severity_rules = rules;
    }

    /// Grades all commands, and those to come, by these rules.
    pub fn set_severity_rules(&mut self, rules: SeverityRules) {
        if self.words.severity_rules != rules {
            self.words.severity_rules = rules;
            self.columns.grade(&mut self.words);
            self.version += 1;
        }
    }

    /// Returns the number of a chosen device.
    pub fn find(&self, device: &DeviceRef) -> Option<DeviceIx> {
        self.by_ref.get(device).copied()
    }

    /// Returns a device.
    ///
    /// # Panics
    /// When it was removed.
    pub fn device(&self, ix: DeviceIx) -> &Device {
        match self.devices.get(ix.index()) {
            Some(Some(device)) => device,
            #[expect(
                clippy::panic,
                reason = "an index of a device that is gone is a mistake of the caller"
            )]
            _ => panic!("the device was taken out"),
        }
    }

    /// Returns the devices, in the order in which they were chosen.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceIx, &Device)> {
        let numbered = (0..).map(DeviceIx).zip(&self.devices);
        numbered.filter_map(|(ix, device)| Some((ix, device.as_ref()?)))
    }

    /// Returns how many devices are chosen.
    pub fn device_count(&self) -> usize {
        self.chosen
    }

    /// Returns one more than the greatest [`DeviceIx::index`].
    pub fn device_bound(&self) -> usize {
        self.devices.len()
    }

    /// Returns how many commands there are.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Returns whether there is no command.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// Returns how often anything changed.
    pub fn version(&self) -> u64 {
        self.version + self.states_version
    }

    /// Returns whether this row holds a command.
    pub fn has(&self, row: RowId) -> bool {
        self.live.has(row.0)
    }

    /// Returns the row of a command.
    pub fn find_row(&self, target: &CommandTarget) -> Option<RowId> {
        let device = self.device(self.find(target.device())?);
        let same = |row: &&RowId| self.columns.id[row.0 as usize].same(target.id());
        device.rows.iter().find(same).copied()
    }

    /// Replaces the commands of a device by those that were read. Known commands keep their rows.
    pub fn replace(&mut self, ix: DeviceIx, commands: &[Command]) -> Changes {
        let Some(Some(device)) = self.devices.get_mut(ix.index()) else {
            return Changes::default();
        };
        let before = std::mem::take(&mut device.rows);
        let mut known: HashMap<&str, RowId> = HashMap::new();
        if !commands.is_empty() {
            known.reserve(before.len());
            let ids = before.iter().filter_map(|row| {
                let id = self.columns.id.get(row.0 as usize)?;
                Some((id.as_str(), *row))
            });
            known.extend(ids);
        }
        let places: Vec<Option<RowId>> = commands
            .iter()
            .map(|command| match known.is_empty() {
                true => None,
                false => known.remove(command.id.as_str()),
            })
            .collect();
        drop(known);
        let mut changes = Changes::default();
        let mut kept = Bits::default();
        let mut rows = Vec::with_capacity(commands.len());
        let mut waiting = 0;
        for (command, place) in commands.iter().zip(places) {
            waiting += u32::from(command.state == CommandState::Pending);
            let row = match place {
                Some(row) => {
                    if self.write(row, command) {
                        changes.changed.push(row);
                    }
                    kept.set(row.0, true);
                    row
                }
                None => {
                    let row = self.new_row(ix, command);
                    changes.added.push(row);
                    row
                }
            };
            rows.push(row);
        }
        for row in before {
            if !kept.has(row.0) {
                self.live.set(row.0, false);
                self.free.push(row);
                changes.removed.push(row);
            }
        }
        if let Some(Some(device)) = self.devices.get_mut(ix.index()) {
            device.rows = rows;
            device.waiting = waiting;
        }
        if changes != Changes::default() {
            self.version += 1;
        }
        changes
    }

    /// Sets the states of these rows as they were read elsewhere. A row that is no longer the command of this id is
    /// left alone. Returns whether anything changed.
    pub fn set_states<'a>(
        &mut self,
        states: impl IntoIterator<Item = (RowId, &'a CommandId, CommandState)>,
    ) -> bool {
        let mut changed = false;
        for (row, id, state) in states {
            let at = row.0 as usize;
            if !self.live.has(row.0) || !self.columns.id[at].same(id) {
                continue;
            }
            let before = std::mem::replace(&mut self.columns.state[at], state);
            changed |= before != state;
            let waits = |state| u32::from(state == CommandState::Pending);
            let device = self.devices.get_mut(self.columns.device[at].index());
            if let Some(Some(device)) = device {
                device.waiting = device.waiting + waits(state) - waits(before);
            }
        }
        self.states_version += u64::from(changed);
        changed
    }

    fn new_row(&mut self, device: DeviceIx, command: &Command) -> RowId {
        for byte in command.id.as_str().bytes() {
            self.has_capitals |= byte.is_ascii_uppercase();
            self.in_ids.add(byte.to_ascii_lowercase());
        }
        let columns = &mut self.columns;
        let row = match self.free.pop() {
            Some(row) => {
                columns.id[row.0 as usize] = command.id.clone();
                columns.device[row.0 as usize] = device;
                row
            }
            None => RowId(columns.push(device, &command.id)),
        };
        self.live.set(row.0, true);
        self.write(row, command);
        row
    }

    fn write(&mut self, row: RowId, command: &Command) -> bool {
        self.columns.write(row.0 as usize, command, &mut self.words)
    }
}
