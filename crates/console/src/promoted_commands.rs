//! What goes out sooner on EnOS because something before it is cancelled.
//!
//! A device's queue is strictly first in, first out: the head is sent when the device can take it, the
//! next one after it has ended. So cancelling one brings forward whatever waits behind it.

use countermand_core_model::{DeviceRef, KindSeverity};

use super::command_view::CommandView;

/// So many of the commands that come forward are named.
pub const NAMED: usize = 3;

/// A device on which commands that are kept come forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromotedCommands {
    /// The device.
    pub device: DeviceRef,
    /// How many of its commands are to be cancelled.
    pub cancelled: usize,
    /// How many kept ones wait before all of those: they go out first in any case.
    pub ahead: usize,
    /// How many kept ones come forward.
    pub forward: usize,
    /// What the first of them are called, the one that goes out next first.
    pub names: Vec<String>,
    /// How grave the gravest of those named is.
    pub(super) severity: KindSeverity,
}

/// A device's queue while it is being looked at.
#[derive(Debug)]
pub(super) struct Queue {
    cancelled: usize,
    /// The place of the first command that is to be cancelled.
    first: (i64, String),
    ahead: usize,
    forward: usize,
    /// The kept ones that come forward first.
    next: Vec<Next>,
}

#[derive(Debug)]
struct Next {
    at: i64,
    id: String,
    called: String,
    severity: KindSeverity,
}

impl Queue {
    pub(super) fn new(first: &CommandView<'_>) -> Self {
        let (at, id) = first.place();
        Self {
            cancelled: 1,
            first: (at, id.to_owned()),
            ahead: 0,
            forward: 0,
            next: Vec::new(),
        }
    }

    /// Another one that is to be cancelled.
    pub(super) fn cancels(&mut self, one: &CommandView<'_>) {
        self.cancelled += 1;
        let (at, id) = one.place();
        if (at, id) < (self.first.0, self.first.1.as_str()) {
            self.first = (at, id.to_owned());
        }
    }

    /// One that is kept. All that are to be cancelled have to be known by now.
    pub(super) fn keeps(&mut self, one: &CommandView<'_>) {
        let (at, id) = one.place();
        if (at, id) < (self.first.0, self.first.1.as_str()) {
            self.ahead += 1;
            return;
        }
        self.forward += 1;
        let place = self
            .next
            .partition_point(|next| (next.at, next.id.as_str()) < (at, id));
        if place < NAMED {
            self.next.truncate(NAMED - 1);
            self.next.insert(
                place,
                Next {
                    at,
                    id: id.to_owned(),
                    called: one.called().to_owned(),
                    severity: one.severity,
                },
            );
        }
    }

    pub(super) fn finish(self, device: &DeviceRef) -> Option<PromotedCommands> {
        (self.forward > 0).then(|| PromotedCommands {
            device: device.clone(),
            cancelled: self.cancelled,
            ahead: self.ahead,
            forward: self.forward,
            severity: self
                .next
                .iter()
                .map(|next| next.severity)
                .max()
                .unwrap_or_default(),
            names: self.next.into_iter().map(|next| next.called).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{Command, CommandState};

    use super::*;
    use crate::testing::command;

    const DEVICE: &str = "enos:asset:a1";

    fn waiting(number: u32, name: &str) -> Command {
        let mut command = command(DEVICE, number, "service invocation", CommandState::Pending);
        command.name = Some(name.to_owned());
        command
    }

    fn next_out(cancelled: &[Command], kept: &[Command]) -> Option<PromotedCommands> {
        let mut queue = Queue::new(&CommandView::from(&cancelled[0]));
        for one in &cancelled[1..] {
            queue.cancels(&one.into());
        }
        for one in kept {
            queue.keeps(&one.into());
        }
        queue.finish(&cancelled[0].device)
    }

    #[test]
    fn those_behind_come_forward_the_next_to_fire_first() {
        let cancelled = [waiting(5, "c"), waiting(1, "a"), waiting(3, "b")];
        let kept = [waiting(9, "late"), waiting(4, "early"), waiting(2, "first")];
        let next = next_out(&cancelled, &kept).unwrap();
        assert_eq!((next.cancelled, next.ahead, next.forward), (3, 0, 3));
        assert_eq!(next.names, ["first", "early", "late"]);
    }

    #[test]
    fn who_waits_before_all_of_them_is_not_moved() {
        let next = next_out(
            &[waiting(5, "x")],
            &[waiting(1, "head"), waiting(7, "tail")],
        );
        let next = next.unwrap();
        assert_eq!((next.ahead, next.forward), (1, 1));
        assert_eq!(next.names, ["tail"]);
        assert_eq!(next_out(&[waiting(5, "x")], &[waiting(1, "head")]), None);
    }

    #[test]
    fn only_the_first_are_named_and_all_are_counted() {
        let kept: Vec<Command> = (2..52)
            .rev()
            .map(|number| waiting(number, &number.to_string()))
            .collect();
        let next = next_out(&[waiting(1, "x")], &kept).unwrap();
        assert_eq!(next.forward, 50);
        assert_eq!(next.names, ["2", "3", "4"]);
    }

    #[test]
    fn one_without_a_time_is_last_and_equal_times_go_by_id() {
        let mut timeless = waiting(2, "timeless");
        timeless.created_at = None;
        let (mut one, mut other) = (waiting(4, "four"), waiting(3, "three"));
        one.created_at = waiting(1, "").created_at;
        other.created_at = one.created_at;
        let next = next_out(&[waiting(1, "x")], &[timeless, one, other]).unwrap();
        assert_eq!(next.names, ["three", "four", "timeless"]);
    }
}
