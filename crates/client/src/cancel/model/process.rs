//! One process that drives a queue, as `run` does: the same steps in the same order, and the same lines in
//! its journal; what a step brings is chosen by the search.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use countermand_core_model::{
    CancelReport, Command, CommandId, CommandState, DeviceRef, Organization, Provider,
    ProviderDetail, SeverityRules, Timestamp,
};
use countermand_transport::BaseUrl;

use crate::{
    StopReason,
    cancel::{CancelResponse, DeviceQueue, Order, ResponseKind, Schedule, is_left_open},
    journal::{Entry, Header, UnfinishedRun},
    plan::Planned,
    run::entries,
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

pub(super) fn schedule(watch: bool) -> Schedule {
    Schedule {
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

/// A run that begins: its plan is read now and written down, and its queue is made.
pub(super) fn begins(
    order: Order,
    schedule: Schedule,
    call: bool,
    states: &[CommandState],
) -> (DeviceQueue, Kept) {
    let mut kept = Kept::default();
    kept.note(Entry::Header(header()));
    let planned: Vec<Planned> = states
        .iter()
        .enumerate()
        .map(|(number, state)| {
            let command = command(number, *state);
            Planned::of(&command).unwrap()
        })
        .collect();
    for (number, planned) in planned.iter().enumerate() {
        kept.note(entries::target(number, planned));
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
        .map(|(number, planned)| planned.target(number, &SeverityRules::default()))
        .collect();
    (DeviceQueue::new(order, schedule, call, targets), kept)
}

/// A process that goes on from what is left of a journal: the queue, and the rows that there are already.
pub(super) fn resumes(
    order: Order,
    schedule: Schedule,
    kept: &Kept,
    now: Duration,
) -> (DeviceQueue, Vec<(usize, CancelReport)>) {
    let lines = kept.lines.iter().cloned().zip(1..);
    let unfinished = UnfinishedRun::replay(lines.map(|(entry, line)| Ok((line, entry)))).unwrap();
    let mut rows = Vec::new();
    let mut open = Vec::new();
    for replayed in unfinished.targets {
        if replayed.is_settled {
            rows.push((replayed.target.number, replayed.target.report));
        } else {
            open.push(replayed.target);
        }
    }
    (DeviceQueue::resumed(order, schedule, open, now), rows)
}

/// The process that resumes reads first what was not sent yet.
pub(super) fn sees(
    queue: &mut DeviceQueue,
    kept: &mut Kept,
    state: impl Fn(usize) -> CommandState,
) {
    let untried: Vec<usize> = queue
        .targets()
        .iter()
        .filter(|target| target.is_untried())
        .map(|target| target.number)
        .collect();
    for number in untried {
        queue.seen(number, |target| {
            target.see(Ok(state(number)));
            kept.note(entries::seen(target));
        });
    }
}

/// The answer to a cancel.
pub(super) fn response(end: ResponseKind) -> CancelResponse {
    CancelResponse {
        kind: end,
        refuses_connection: false,
        retry_after: None,
        attempts: u32::from(end != ResponseKind::NotSent),
        detail: ProviderDetail::default(),
    }
}

/// A provider that is too busy for a cancel.
pub(super) fn throttled() -> CancelResponse {
    CancelResponse {
        retry_after: Some(TICK),
        attempts: 1,
        ..response(ResponseKind::NotSent)
    }
}

pub(super) fn sending_everything(count: usize) -> Entry {
    Entry::SendingEverything {
        device: device(),
        first: 0,
        count,
    }
}

pub(super) fn everything_answered(count: usize, response: &CancelResponse) -> Entry {
    Entry::AnsweredEverything {
        device: device(),
        first: 0,
        count,
        answer: entries::answer(response),
    }
}

/// Takes out the rows that are settled, each with its line - but for what a stopped run leaves open.
pub(super) fn settles(
    queue: &mut DeviceQueue,
    kept: &mut Kept,
    stopped: Option<&StopReason>,
) -> Vec<(usize, CancelReport)> {
    queue
        .take_settled()
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
