//! The picture of what runs next: a lane per device, or per kind where there are many, from now to the expiry.

use std::cmp::Reverse;

use countermand_core_model::{CommandState, DeviceRef, KindSeverity, Timestamp};
use countermand_table::{Row, Selection, Store};

use crate::{
    relative_time,
    text::{self, firing as words},
    timeline::{called, device_name, each_pending, is_past},
};

/// At most so many devices have a lane each.
const DEVICES: usize = 24;
/// At most so many commands are shown by device.
const BY_DEVICE: usize = 300;
/// So many kinds have a lane each, and every kind that destroys something.
const KINDS: usize = 12;
/// No more kinds than this are told apart.
const TOLD_APART: usize = 64;
/// How many minutes from now each column of the time axis begins: the next hour has the most room.
const BEGINS: [i64; 14] = [
    0, 5, 10, 15, 30, 45, 60, 180, 360, 720, 1_440, 2_880, 10_080, 43_200,
];
/// The column of what is past its validity. Those of the axis come next.
const PAST: usize = 0;
/// The column of what has no known expiry.
const OPEN: usize = BEGINS.len() + 1;
/// The columns of the next hour.
const HOUR: usize = 6;

/// The commands of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// Of a device.
    Device(DeviceRef),
    /// Called so.
    Kind(String),
    /// All others.
    Others,
}

/// Commands of a lane that expire in the same column, and are equally destructive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its column, from 0.
    pub column: usize,
    /// Whether they destroy something.
    pub is_destructive: bool,
    /// How many.
    pub count: usize,
    /// How many of them are selected.
    pub selected: usize,
    /// What it is, where it is one.
    called: String,
    device_name: String,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    key: Key,
    /// A device's name, or what the commands are called.
    pub label: String,
    /// How many commands.
    pub count: usize,
    /// How grave the gravest is.
    pub severity: KindSeverity,
    soonest: i64,
    /// The marks, by column; of two in one column what is destructive comes first.
    pub marks: Vec<Mark>,
}

/// The picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// When it was drawn.
    pub now: Timestamp,
    /// The columns that are drawn, from left to right: the numbers by which marks know them.
    pub columns: Vec<usize>,
    /// The lanes, the gravest first.
    pub lanes: Vec<Lane>,
}

/// Returns the picture of what is pending.
pub fn picture(store: &Store, selection: &Selection, now: Timestamp) -> Picture {
    let waiting = || {
        let devices = store.devices().map(|(_, device)| device.waiting());
        devices.filter(|count| *count > 0)
    };
    let by_device = waiting().count() <= DEVICES && waiting().sum::<usize>() <= BY_DEVICE;
    let mut lanes: Vec<Lane> = Vec::new();
    let mut last = 0;
    each_pending(store, false, &mut |row, _| {
        if !lanes.get(last).is_some_and(|lane| lane.key.has(row)) {
            last = lanes
                .iter()
                .position(|lane| lane.key.has(row))
                .unwrap_or_else(|| {
                    lanes.push(Lane::new(row, by_device, lanes.len() >= TOLD_APART));
                    lanes.len() - 1
                });
        }
        if let Some(lane) = lanes.get_mut(last) {
            lane.add(row, selection.has(row.row()), now);
        }
    });
    let lanes = in_order(lanes, by_device);
    Picture {
        now,
        columns: columns(&lanes),
        lanes,
    }
}

impl Picture {
    /// Returns whether a command is one of a mark.
    pub fn has(&self, lane: usize, mark: usize, row: Row<'_>) -> bool {
        let Some((mark, at)) = self.lanes.get(lane).and_then(|lane| {
            let mark = lane.marks.get(mark)?;
            Some((mark, lane))
        }) else {
            return false;
        };
        let is_in_lane = match at.key {
            // What an earlier lane has is not of the others.
            Key::Others => !self
                .lanes
                .iter()
                .any(|lane| lane.key != Key::Others && lane.key.has(row)),
            _ => at.key.has(row),
        };
        is_in_lane
            && row.state() == CommandState::Pending
            && mark.column == column(row.expires_at(), self.now)
            && mark.is_destructive == row.severity().is_destructive()
    }

    /// Returns how long from now a column begins, in a word or two.
    pub fn head(column: usize) -> String {
        match column {
            PAST => words::mark_past().to_owned(),
            OPEN => words::mark_open().to_owned(),
            1 => words::now().to_owned(),
            column => relative_time::span(BEGINS.get(column - 1).map_or(0, |begins| begins * 60)),
        }
    }

    /// Returns where the time axis begins and ends among the drawn columns, as far as a lane has marks on it.
    pub fn line(&self, lane: &Lane) -> Option<(usize, usize)> {
        let on_axis = |mark: &&Mark| (PAST + 1..OPEN).contains(&mark.column);
        let last = lane.marks.iter().rfind(on_axis)?;
        Some((self.place(PAST + 1), self.place(last.column) + 1))
    }

    /// Returns the place of a column among those that are drawn, from 1.
    pub fn place(&self, column: usize) -> usize {
        self.columns.partition_point(|drawn| *drawn < column) + 1
    }

    /// Returns what a mark shows, in a sentence. `brief` writes a moment.
    pub fn text(&self, lane: &Lane, mark: &Mark, brief: &dyn Fn(Timestamp) -> String) -> String {
        let when = match (mark.column, mark.first, mark.last) {
            (PAST, ..) => words::column_past().to_owned(),
            (_, Some(first), Some(last)) if first != last => {
                words::column_between(&brief(first), &brief(last))
            }
            (_, first, _) => relative_time::expires(first, self.now),
        };
        let said = match (mark.count, &lane.key) {
            (1, _) => words::mark_one(&mark.called, &mark.device_name, &when),
            (count, Key::Device(_)) => words::mark_on(count, &lane.label, &when),
            (count, _) => words::mark_many(count, &lane.label, &when),
        };
        match mark.is_destructive {
            true => text::pair(&said, words::grave()),
            false => said,
        }
    }
}

impl Key {
    fn has(&self, row: Row<'_>) -> bool {
        match self {
            Self::Device(device) => device == row.device().device(),
            Self::Kind(kind) => kind == called(row),
            Self::Others => true,
        }
    }
}

impl Lane {
    fn new(row: Row<'_>, by_device: bool, is_last: bool) -> Self {
        let (key, label) = if by_device {
            let device = row.device().device().clone();
            (Key::Device(device), device_name(row))
        } else if is_last {
            (Key::Others, words::other_kinds().to_owned())
        } else {
            (Key::Kind(called(row).to_owned()), called(row).to_owned())
        };
        Self {
            key,
            label,
            count: 0,
            severity: row.severity(),
            soonest: i64::MAX,
            marks: Vec::new(),
        }
    }

    fn add(&mut self, row: Row<'_>, is_selected: bool, now: Timestamp) {
        let (severity, expires) = (row.severity(), row.expires_at());
        self.count += 1;
        self.severity = self.severity.max(severity);
        if let Some(at) = expires.filter(|_| !is_past(expires, now)) {
            self.soonest = self.soonest.min(at.as_millis());
        }
        let (column, is_destructive) = (column(expires, now), severity.is_destructive());
        let mark = self.mark(column, is_destructive, || {
            (called(row).to_owned(), device_name(row), expires)
        });
        mark.count += 1;
        mark.selected += usize::from(is_selected);
        mark.first = mark.first.min(expires);
        mark.last = mark.last.max(expires);
    }

    /// The mark of this column; a new one where there is none.
    fn mark(
        &mut self,
        column: usize,
        is_destructive: bool,
        one: impl FnOnce() -> (String, String, Option<Timestamp>),
    ) -> &mut Mark {
        let key = (column, Reverse(is_destructive));
        let at = self
            .marks
            .partition_point(|mark| (mark.column, Reverse(mark.is_destructive)) < key);
        let is_there = self
            .marks
            .get(at)
            .is_some_and(|mark| (mark.column, mark.is_destructive) == (column, is_destructive));
        if !is_there {
            let (called, device_name, expires) = one();
            self.marks.insert(
                at,
                Mark {
                    column,
                    is_destructive,
                    count: 0,
                    selected: 0,
                    called,
                    device_name,
                    first: expires,
                    last: expires,
                },
            );
        }
        &mut self.marks[at]
    }

    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.severity = self.severity.max(other.severity);
        for one in other.marks {
            let (called, device_name, first) = (one.called, one.device_name, one.first);
            let mark = self.mark(one.column, one.is_destructive, || {
                (called, device_name, first)
            });
            mark.count += one.count;
            mark.selected += one.selected;
            mark.first = mark.first.min(first);
            mark.last = mark.last.max(one.last);
        }
    }

    /// What it is ordered by among the lanes, the greatest first.
    fn rank(&self, by_device: bool) -> (bool, KindSeverity, i64) {
        let next = if by_device {
            -self.soonest
        } else {
            self.count as i64
        };
        (self.key != Key::Others, self.severity, next)
    }
}

/// The lanes, the gravest first. Of too many kinds the rest are one lane, but what destroys something never is.
fn in_order(lanes: Vec<Lane>, by_device: bool) -> Vec<Lane> {
    let mut sorted: Vec<Lane> = Vec::with_capacity(lanes.len());
    for lane in lanes {
        let at = sorted.partition_point(|one| one.rank(by_device) >= lane.rank(by_device));
        sorted.insert(at, lane);
    }
    let is_own = |lane: &Lane| lane.severity.is_destructive();
    let kept = sorted.iter().take_while(|lane| is_own(lane)).count();
    let kept = kept.max(KINDS);
    if by_device || sorted.len() <= kept + 1 {
        return sorted;
    }
    let mut rest = sorted.split_off(kept).into_iter();
    if let Some(mut others) = rest.next() {
        others.key = Key::Others;
        others.label = words::other_kinds().to_owned();
        rest.for_each(|lane| others.join(lane));
        sorted.push(others);
    }
    sorted
}

/// The columns that are drawn: the next hour is always among them, and everything up to the last mark.
fn columns(lanes: &[Lane]) -> Vec<usize> {
    let marks = || {
        let marks = lanes.iter().flat_map(|lane| &lane.marks);
        marks.map(|mark| mark.column)
    };
    let on_axis = |column: &usize| (PAST + 1..OPEN).contains(column);
    let last = marks().filter(on_axis).max().map(|last| last.max(HOUR));
    let is_drawn = |column: &usize| match *column {
        PAST | OPEN => marks().any(|one| one == *column),
        column => last.is_some_and(|last| column <= last),
    };
    (PAST..=OPEN).filter(is_drawn).collect()
}

/// In which column something expires.
fn column(expires: Option<Timestamp>, now: Timestamp) -> usize {
    let Some(expires) = expires else {
        return OPEN;
    };
    let left = expires.as_millis().saturating_sub(now.as_millis());
    BEGINS.partition_point(|begins| begins * 60_000 <= left)
}

#[cfg(test)]
mod tests;
