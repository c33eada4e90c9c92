//! One process that drives a lane, as `run` does: the same steps in the same order, and the same lines in
//! its journal; what a step brings is chosen by the search.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use countermand_core_model::{
    CancelReport, Command, CommandId, CommandState, DeviceRef, Organization, Provider, Timestamp,
    VendorWord,
};
use countermand_transport::BaseUrl;

use crate::{
    StopReason,
    decision::{Came, End, Lane, Order, Pace, Target, is_left_open},
    journal::{Entry, Header, Unfinished},
    plan::{Planned, Seen},
    run::record,
};

/// A journal: what was written, and how much of that is surely on disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub(super) lines: Vec<Entry>,
    pub(super) durable: usize,
    /// A hash of each line, so that whole journals are compared quickly.
    hashes: Vec<u64>,
}

impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.durable, &self.hashes).hash(state);
    }
}

impl Kept {
    pub(super) fn note(&mut self, entry: Entry) {
        let mut hasher = DefaultHasher::new();
        format!("{entry:?}").hash(&mut hasher);
        self.hashes.push(hasher.finish());
        self.lines.push(entry);
    }

    pub(super) fn commit(&mut self, entry: Entry) {
        self.note(entry);
        self.keep();
    }

    /// As much of it as was written when the process died.
    pub(super) fn cut(&self, written: usize) -> Self {
        Self {
            lines: self.lines.iter().take(written).cloned().collect(),
            durable: written,
            hashes: self.hashes.iter().take(written).copied().collect(),
        }
    }

    pub(super) fn keep(&mut self) {
        self.durable = self.lines.len();
    }
}

/// Seconds are the model's ticks: what counts is their order.
const TICK: Duration = Duration::from_secs(1);

pub(super) fn pace(watch: bool) -> Pace {
    Pace {
        first_wait: TICK,
        longest_wait: TICK,
        time_to_show: TICK,
        verify_for: TICK * 2,
        watch_for: if watch { TICK } else { Duration::ZERO },
        longest_watch_wait: TICK,
    }
}

fn device() -> DeviceRef {
    "enos:asset:turbine".parse().unwrap()
}

/// Numbers are places in the plan; a smaller number is a newer command.
fn command(number: usize, state: CommandState) -> Command {
    let org = Organization::parse(Provider::Enos, "o1").unwrap();
    let id = CommandId::parse(Provider::Enos, &(90 - number).to_string()).unwrap();
    let mut command = Command::new(org, device(), id);
    command.state = state;
    command.created_at = Timestamp::from_millis(i64::try_from(90 - number).unwrap());
    command
}

/// A run that begins: its plan is read now and written down, and its lane is made.
pub(super) fn begins(
    order: Order,
    pace: Pace,
    call: bool,
    states: &[CommandState],
) -> (Lane, Kept) {
    let mut kept = Kept::default();
    kept.note(Entry::Header(header()));
    let planned: Vec<Planned> = states
        .iter()
        .enumerate()
        .map(|(number, state)| {
            let command = command(number, *state);
            Planned::seen_as(&command, Seen::of(&command))
        })
        .collect();
    for (number, planned) in planned.iter().enumerate() {
        kept.note(record::target(number, planned));
    }
    if call {
        kept.note(Entry::Everything {
            device: device(),
            first: 0,
            count: states.len(),
            newest_seen: None,
        });
    }
    kept.commit(Entry::Planned {
        targets: planned.len(),
    });
    let targets = planned
        .iter()
        .enumerate()
        .map(|(number, planned)| Target::new(number, planned))
        .collect();
    (Lane::new(order, pace, call, targets), kept)
}

/// A process that goes on from what is left of a journal: the lane, and the rows that there are already.
pub(super) fn resumes(
    order: Order,
    pace: Pace,
    kept: &Kept,
    now: Duration,
) -> (Lane, Vec<(usize, CancelReport)>) {
    let lines = kept.lines.iter().cloned().zip(1..);
    let unfinished = Unfinished::replay(lines.map(|(entry, line)| Ok((line, entry)))).unwrap();
    let mut rows = Vec::new();
    let mut open = Vec::new();
    for replayed in unfinished.targets {
        if replayed.is_settled {
            rows.push((replayed.target.number, replayed.target.report));
        } else {
            open.push(replayed.target);
        }
    }
    (Lane::resumed(order, pace, open, now), rows)
}

/// The process that resumes reads first what was not sent yet.
pub(super) fn sees(lane: &mut Lane, kept: &mut Kept, state: impl Fn(usize) -> CommandState) {
    let untried: Vec<usize> = lane
        .targets()
        .iter()
        .filter(|target| target.is_untried())
        .map(|target| target.number)
        .collect();
    for number in untried {
        lane.seen(number, |target| {
            target.see(Ok(state(number)));
            kept.note(record::seen(target));
        });
    }
}

/// The answer to a cancel.
pub(super) fn came(end: End) -> Came {
    Came {
        end,
        refuses_connection: false,
        come_again: None,
        attempts: u32::from(end != End::NotSent),
        word: VendorWord::default(),
    }
}

/// The vendor had no time for a cancel.
pub(super) fn throttled() -> Came {
    Came {
        come_again: Some(TICK),
        attempts: 1,
        ..came(End::NotSent)
    }
}

pub(super) fn sending_everything(count: usize) -> Entry {
    Entry::SendingEverything {
        device: device(),
        first: 0,
        count,
    }
}

pub(super) fn everything_answered(count: usize, came: &Came) -> Entry {
    record::answered_everything(&device(), 0, count, came)
}

/// Takes out the rows that are settled, each with its line - but for what a stopped run leaves open.
pub(super) fn settles(
    lane: &mut Lane,
    kept: &mut Kept,
    stopped: Option<&StopReason>,
) -> Vec<(usize, CancelReport)> {
    lane.take_settled()
        .into_iter()
        .map(|target| {
            if !is_left_open(target.report.outcome, stopped) {
                kept.note(Entry::settled(target.number, &target.report));
            }
            (target.number, target.report)
        })
        .collect()
}

fn header() -> Header {
    let timer = countermand_transport::fake::FakeTimer::starting_at(
        Timestamp::from_millis(1_790_000_000_000).unwrap(),
    );
    Header::new(
        Organization::parse(Provider::Enos, "o1").unwrap(),
        BaseUrl::parse("https://vendor.example").unwrap(),
        &(std::sync::Arc::new(timer) as countermand_transport::SharedTimer),
    )
}
