//! What fires next: the pending commands, by when they expire or by their place in their device's queue.
//!
//! However many commands there are, it is some columns, and the first few by name.

use countermand_core_model::{CommandId, CommandState, DeviceRef, Timestamp};

use super::{
    command_view::CommandView,
    kind_severity,
    scale::{Scale, Spread},
};

/// So many commands are named.
pub const NAMED: usize = 10;
/// So many columns the time axis has.
pub const COLUMNS: usize = 24;
/// A place in a queue beyond this is counted with it: a device holds no more.
const PLACES: usize = 50;
/// So many kinds are told apart; the others are counted as one.
const KINDS: usize = 8;

/// Shows every command to a look, device by device.
pub type Walk<'w> = &'w dyn Fn(&mut dyn FnMut(CommandView<'_>));

/// What the axis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By when the commands expire.
    Expiry,
    /// By their place in their device's queue: the first goes out as soon as the device takes it.
    Place,
}

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The validity has passed, and the provider still says that they wait.
    Past,
    /// Those that expire between these two moments.
    Between(Timestamp, Timestamp),
    /// It is not known when they expire.
    Open,
    /// Those at this place of their queues, the first being 1.
    Place(usize),
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its meaning.
    pub span: Span,
    /// How many commands.
    pub count: usize,
    /// How many of them are hard to undo.
    pub grave: usize,
}

/// A command that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The device.
    pub device: DeviceRef,
    /// Its id.
    pub id: CommandId,
    /// What it is called.
    pub called: String,
    /// Until when it may wait.
    pub expires_at: Option<Timestamp>,
    /// Its place in its device's queue, and how many wait there.
    pub place: Option<(usize, usize)>,
    /// Whether it is hard to undo.
    pub grave: bool,
}

/// A kind of which some wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The provider's word; empty where it has none.
    pub kind: String,
    /// How many.
    pub count: usize,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What its axis shows.
    pub by: By,
    /// Only this kind.
    pub kind: Option<String>,
    /// The commands are named from this column on.
    pub from: usize,
}

/// The picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// How many the highest one has.
    pub most: usize,
    /// How many there are in all columns.
    pub total: usize,
    /// How many of them are hard to undo.
    pub grave: usize,
    /// Where the time axis lies: its first column, how many it has, and its scale.
    pub axis: Option<(usize, usize, Scale)>,
    /// How many wait in the column asked for and after it.
    pub following: usize,
    /// The first of those, the next one first.
    pub first: Vec<Entry>,
    /// What waits by kind, whichever is asked for, the most first.
    pub kinds: Vec<Kind>,
    /// How many are of other kinds than these.
    pub other_kinds: usize,
}

/// A command in line to be named: what it is ordered by, which one it is, and its place in its queue.
#[derive(Clone, Copy)]
struct InLine {
    order: (usize, i64, u32),
    place: Option<(usize, usize)>,
}

/// The picture of what `walk` shows, at `now`.
pub fn picture(walk: Walk<'_>, wanted: &Wanted, now: Timestamp) -> Picture {
    let (kinds, other_kinds) = count_kinds(walk);
    let mut picture = match wanted.by {
        By::Expiry => by_expiry(walk, wanted, now),
        By::Place => by_place(walk, wanted),
    };
    for column in &picture.columns {
        picture.most = picture.most.max(column.count);
        picture.total += column.count;
        picture.grave += column.grave;
    }
    (picture.kinds, picture.other_kinds) = (kinds, other_kinds);
    picture
}

fn waits(one: &CommandView<'_>, wanted: &Wanted) -> bool {
    one.state == CommandState::Pending && wanted.kind.as_deref().is_none_or(|kind| kind == one.kind)
}

fn count_kinds(walk: Walk<'_>) -> (Vec<Kind>, usize) {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut last = 0;
    walk(&mut |one| {
        if one.state != CommandState::Pending {
            return;
        }
        if kinds.get(last).is_none_or(|kind| kind.kind != one.kind) {
            let known = kinds.iter().position(|kind| kind.kind == one.kind);
            last = known.unwrap_or(kinds.len());
            if known.is_none() {
                kinds.push(Kind {
                    kind: one.kind.to_owned(),
                    count: 0,
                });
            }
        }
        if let Some(kind) = kinds.get_mut(last) {
            kind.count += 1;
        }
    });
    kinds.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.kind.cmp(&b.kind)));
    let others = kinds.iter().skip(KINDS).map(|kind| kind.count).sum();
    kinds.truncate(KINDS);
    (kinds, others)
}

fn by_expiry(walk: Walk<'_>, wanted: &Wanted, now: Timestamp) -> Picture {
    let left = |one: &CommandView<'_>| {
        let expires = one.expires_at?;
        Some(expires.as_millis().saturating_sub(now.as_millis()))
    };
    let mut spread = Spread::new();
    let (mut past, mut timed, mut open) = (false, false, false);
    walk(&mut |one| {
        if waits(&one, wanted) {
            match left(&one) {
                None => open = true,
                Some(left) if left < 0 => past = true,
                Some(left) => {
                    timed = true;
                    spread.add(left);
                }
            }
        }
    });
    let scale = spread.scale();
    let at = |left: i64| now.plus_millis(left).unwrap_or(now);
    let mut columns = Vec::new();
    if past {
        columns.push(Column::of(Span::Past));
    }
    let first = columns.len();
    if timed {
        columns.extend((0..COLUMNS).map(|column| {
            let begins = |column| at(scale.begins(column, COLUMNS));
            Column::of(Span::Between(begins(column), begins(column + 1)))
        }));
    }
    let axis = timed.then_some((first, COLUMNS, scale));
    if open {
        columns.push(Column::of(Span::Open));
    }
    let mut line = Line::from(wanted.from);
    let mut number = 0;
    walk(&mut |one| {
        number += 1;
        if !waits(&one, wanted) {
            return;
        }
        let column = match left(&one) {
            None => columns.len() - 1,
            Some(left) if left < 0 => 0,
            Some(left) => first + scale.column(left, COLUMNS),
        };
        if let Some(column) = columns.get_mut(column) {
            column.count(one.kind);
        }
        let expires = one.expires_at.map_or(i64::MAX, Timestamp::as_millis);
        line.offer(InLine {
            order: (column, expires, number),
            place: None,
        });
    });
    line.finish(walk, columns, axis)
}

fn by_place(walk: Walk<'_>, wanted: &Wanted) -> Picture {
    let mut queues = Queues {
        device: None,
        waiting: Vec::new(),
        columns: Vec::new(),
        line: Line::from(wanted.from),
    };
    let mut number = 0;
    walk(&mut |one| {
        number += 1;
        if one.state != CommandState::Pending {
            return;
        }
        if queues.device.as_ref() != Some(one.device) {
            queues.close();
            queues.device = Some(one.device.clone());
        }
        queues.waiting.push(Waiting {
            at: one.created_at.map_or(i64::MAX, Timestamp::as_millis),
            id: one.id.as_str().parse().unwrap_or(u64::MAX),
            number,
            expires: one.expires_at.map_or(i64::MAX, Timestamp::as_millis),
            grave: kind_severity::of(one.kind).is_grave(),
            wanted: waits(&one, wanted),
        });
    });
    queues.close();
    queues.line.finish(walk, queues.columns, None)
}

/// What waits on a device, in the order in which it goes out.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    at: i64,
    id: u64,
    number: u32,
    expires: i64,
    grave: bool,
    wanted: bool,
}

struct Queues {
    device: Option<DeviceRef>,
    waiting: Vec<Waiting>,
    columns: Vec<Column>,
    line: Line,
}

impl Queues {
    /// All of a device were seen.
    fn close(&mut self) {
        self.waiting.sort_unstable();
        let of = self.waiting.len();
        for (at, one) in self.waiting.drain(..).enumerate() {
            let column = at.min(PLACES - 1);
            while self.columns.len() <= column {
                let place = Span::Place(self.columns.len() + 1);
                self.columns.push(Column::of(place));
            }
            // Others of the queue keep their places, whichever kind is asked for.
            if !one.wanted {
                continue;
            }
            if let Some(column) = self.columns.get_mut(column) {
                column.count += 1;
                column.grave += usize::from(one.grave);
            }
            self.line.offer(InLine {
                order: (column, one.expires, one.number),
                place: Some((at + 1, of)),
            });
        }
    }
}

impl Column {
    const fn of(span: Span) -> Self {
        Self {
            span,
            count: 0,
            grave: 0,
        }
    }

    fn count(&mut self, kind: &str) {
        self.count += 1;
        self.grave += usize::from(kind_severity::of(kind).is_grave());
    }
}

/// The first few from a column on.
struct Line {
    from: usize,
    following: usize,
    first: Vec<InLine>,
}

impl Line {
    const fn from(from: usize) -> Self {
        Self {
            from,
            following: 0,
            first: Vec::new(),
        }
    }

    fn offer(&mut self, one: InLine) {
        if one.order.0 < self.from {
            return;
        }
        self.following += 1;
        let place = self.first.partition_point(|next| next.order < one.order);
        if place < NAMED {
            self.first.truncate(NAMED - 1);
            self.first.insert(place, one);
        }
    }

    /// The picture, with the first ones looked up by their number.
    fn finish(
        self,
        walk: Walk<'_>,
        columns: Vec<Column>,
        axis: Option<(usize, usize, Scale)>,
    ) -> Picture {
        let mut entries: Vec<(usize, Entry)> = Vec::new();
        let mut number = 0;
        walk(&mut |one| {
            number += 1;
            let known = self.first.iter().position(|next| next.order.2 == number);
            if let Some(at) = known {
                let entry = Entry {
                    device: one.device.clone(),
                    id: one.id.clone(),
                    called: one.called().to_owned(),
                    expires_at: one.expires_at,
                    place: self.first.get(at).and_then(|next| next.place),
                    grave: kind_severity::of(one.kind).is_grave(),
                };
                entries.push((at, entry));
            }
        });
        entries.sort_by_key(|(at, _)| *at);
        Picture {
            columns,
            most: 0,
            total: 0,
            grave: 0,
            axis,
            following: self.following,
            first: entries.into_iter().map(|(_, entry)| entry).collect(),
            kinds: Vec::new(),
            other_kinds: 0,
        }
    }
}

#[cfg(test)]
mod tests;
