//! One process that drives a queue, as `run` does: the same steps in the same order, and the same lines in
//! its journal; what a step brings is chosen by the search.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use countermand_core_model::{
    CancelReport, Command, CommandId, CommandState, DeviceRef, Organization, Provider,
    ProviderDetail, SeverityRules, Timestamp,
};
use countermand_transport::BaseUrl;

use super::{search::Setting, sweep::Swept};
use crate::{
    StopReason,
    cancel::{CancelResponse, DeviceQueue, Order, ResponseKind, Schedule, Target, is_left_open},
    journal::{Entry, Header, UnfinishedRun},
    plan::Planned,
    run::{entries, resumed::Rest},
};

/// A process that works on a run.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) queues: Vec<DeviceQueue>,
    /// Which command each target is.
    pub(super) commands: Vec<usize>,
    pub(super) kept: Kept,
    pub(super) rows: Vec<(usize, CancelReport)>,
    /// Cancels that left and have not come back; with `call` the one call.
    pub(super) flying: BTreeSet<usize>,
    pub(super) call_flies: bool,
    pub(super) stopped: bool,
    /// What a sweep has still to look for.
    pub(super) swept: Option<Swept>,
}

/// A journal: what was written, and how much of that is surely on disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub(super) lines: Vec<Entry>,
    pub(super) durable: usize,
    /// What each line is about, and a hash of it, so that whole journals are compared quickly.
    hashes: Vec<(Subject, u64)>,
}

/// What a line is about. Lines of different subjects mean the same in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Subject {
    Run,
    Device(u64),
    Target(usize),
}

impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.first(self.durable).hash(state);
        self.hashes[self.durable..].hash(state);
    }
}

fn hash(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

impl Kept {
    pub(super) fn note(&mut self, entry: Entry) {
        let subject = match &entry {
            Entry::Target { target, .. }
            | Entry::Sending { target }
            | Entry::Answered { target, .. }
            | Entry::Seen { target, .. }
            | Entry::Read { target, .. }
            | Entry::Settled { target, .. } => Subject::Target(*target),
            Entry::ToList { device, .. } | Entry::Listed { device, .. } => {
                Subject::Device(hash(device))
            }
            _ => Subject::Run,
        };
        self.hashes.push((subject, hash(format!("{entry:?}"))));
        self.lines.push(entry);
    }

    /// What the first lines say of each subject.
    pub(super) fn first(&self, lines: usize) -> BTreeMap<impl Hash + Ord + use<>, u64> {
        let mut all = BTreeMap::new();
        for (subject, line) in &self.hashes[..lines] {
            let said = all.entry(*subject).or_default();
            *said = hash((*said, line));
        }
        all
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

const fn provider(order: Order) -> Provider {
    match order {
        Order::AtOnce => Provider::Applivery,
        Order::NewestFirst => Provider::Enos,
    }
}

/// The device of a command: in a sweep, each is on a device of its own.
pub(super) fn device(setting: Setting, number: usize) -> DeviceRef {
    let number = if setting.swept { number } else { 0 };
    let text = match setting.order {
        Order::AtOnce => format!("applivery:phone{number}"),
        Order::NewestFirst => format!("enos:asset:turbine{number}"),
    };
    text.parse().unwrap()
}

fn id(setting: Setting, number: usize) -> CommandId {
    let text = match setting.order {
        Order::AtOnce => format!("{:024}", 90 - number),
        Order::NewestFirst => (90 - number).to_string(),
    };
    CommandId::parse(provider(setting.order), &text).unwrap()
}

fn at(number: usize) -> Option<Timestamp> {
    Timestamp::from_millis(i64::try_from(90 - number).unwrap())
}

/// When a sweep is asked for: after all commands were given but one that is given later.
pub(super) fn asked_at(setting: Setting) -> Timestamp {
    at(usize::from(setting.later)).unwrap()
}

/// Numbers are places in the plan; a smaller number is a newer command.
pub(super) fn command(setting: Setting, number: usize, state: CommandState) -> Command {
    let org = Organization::parse(provider(setting.order), "org").unwrap();
    let mut command = Command::new(org, device(setting, number), id(setting, number));
    command.state = state;
    command.created_at = at(number);
    command.kind = super::sweep::KIND.to_owned();
    command
}

impl Process {
    /// A run that begins: its plan is read now and written down, and its queue is made.
    pub(super) fn begins(setting: Setting, states: &[CommandState]) -> Self {
        let mut kept = Kept::default();
        kept.note(Entry::Header(header(setting)));
        let swept = setting.swept.then(|| Swept::begins(setting, &mut kept));
        let states = if setting.swept { &[] } else { states };
        let planned: Vec<Planned> = states
            .iter()
            .enumerate()
            .map(|(number, state)| Planned::of(&command(setting, number, *state)).unwrap())
            .collect();
        for (number, planned) in planned.iter().enumerate() {
            kept.note(entries::target(number, planned));
        }
        if setting.call {
            kept.note(Entry::Everything {
                device: device(setting, 0),
                first: 0,
                count: states.len(),
                newest_seen: None,
            });
        }
        kept.commit(Entry::Planned {
            targets: planned.len(),
        });
        let targets = planned.iter().enumerate();
        let targets = targets
            .map(|(number, planned)| planned.target(number, &SeverityRules::default()))
            .collect();
        let schedule = schedule(setting.watch);
        Self {
            queues: vec![DeviceQueue::new(
                setting.order,
                schedule,
                setting.call,
                targets,
            )],
            commands: (0..planned.len()).collect(),
            kept,
            rows: Vec::new(),
            flying: BTreeSet::new(),
            call_flies: false,
            stopped: false,
            swept,
        }
    }

    /// A process that goes on from what is left of a journal. It reads first what was not sent yet.
    pub(super) fn resumes(
        setting: Setting,
        mut kept: Kept,
        now: Duration,
        state: impl Fn(usize) -> CommandState,
    ) -> Self {
        let lines = kept.lines.iter().cloned().zip(1..);
        let lines = lines.map(|(entry, line)| Ok((line, entry)));
        let unfinished = UnfinishedRun::replay(lines).unwrap();
        let replayed = unfinished.targets.iter();
        let settled = replayed.clone().filter(|replayed| replayed.is_settled);
        let rows = settled.map(|one| (one.target.number, one.target.report.clone()));
        let rows = rows.collect();
        let ids = replayed.map(|replayed| {
            let is_it = |number: &usize| id(setting, *number) == *replayed.target.id();
            (0..setting.commands).find(is_it).unwrap()
        });
        let commands: Vec<usize> = ids.collect();
        kept.note(Entry::Resumed {
            countermand: String::new(),
        });
        let (_, mut rest) = Rest::of(unfinished, SeverityRules::default());
        let work = rest.take_sweep();
        assert_eq!(work.is_some(), setting.swept, "the sweep is known");
        let jobs = rest.into_jobs(schedule(setting.watch), now);
        let mut this = Self {
            queues: jobs.map(|job| job.queue).collect(),
            commands,
            kept,
            rows,
            flying: BTreeSet::new(),
            call_flies: false,
            stopped: false,
            swept: work.map(Swept::goes_on),
        };
        for queue in &mut this.queues {
            sees(queue, &mut this.kept, |number| state(this.commands[number]));
        }
        this
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = &Target> {
        self.queues.iter().flat_map(DeviceQueue::targets)
    }

    /// Takes out the rows that are settled, each with its line - but for what a stopped run leaves open.
    pub(super) fn settles(&mut self) -> Vec<(usize, CancelReport)> {
        let stopped = self.stopped.then_some(&StopReason::Requested);
        let mut rows = Vec::new();
        for queue in &mut self.queues {
            for target in queue.take_settled() {
                if !is_left_open(target.report.outcome, stopped) {
                    let line = Entry::settled(target.number, &target.report);
                    self.kept.note(line);
                }
                rows.push((target.number, target.report));
            }
        }
        self.queues.retain(|queue| !queue.targets().is_empty());
        rows
    }
}

/// What was not sent yet is read before it is.
pub(super) fn sees(
    queue: &mut DeviceQueue,
    kept: &mut Kept,
    state: impl Fn(usize) -> CommandState,
) {
    let targets = queue.targets().iter();
    let untried = targets.filter(|target| target.is_untried());
    let untried: Vec<usize> = untried.map(|target| target.number).collect();
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

pub(super) fn sending_everything(setting: Setting, count: usize) -> Entry {
    Entry::SendingEverything {
        device: device(setting, 0),
        first: 0,
        count,
    }
}

pub(super) fn everything_answered(
    setting: Setting,
    count: usize,
    response: &CancelResponse,
) -> Entry {
    Entry::AnsweredEverything {
        device: device(setting, 0),
        first: 0,
        count,
        answer: entries::answer(response),
    }
}

fn header(setting: Setting) -> Header {
    let timer = countermand_transport::fake::FakeTimer::starting_at(
        Timestamp::from_millis(1_790_000_000_000).unwrap(),
    );
    Header::new(
        Organization::parse(provider(setting.order), "org").unwrap(),
        BaseUrl::parse("https://vendor.example").unwrap(),
        &(std::sync::Arc::new(timer) as countermand_transport::SharedTimer),
    )
}
