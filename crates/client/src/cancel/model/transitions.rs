//! What can happen next in a state.

use countermand_core_model::CommandState;

use super::{
    process::{self, Process},
    provider_model::Truth,
    search::Search,
    state::{Reading, State, key},
    sweep::Swept,
};
use crate::{
    StopReason,
    cancel::{ResponseKind, Step},
    journal::Entry,
};

impl Search {
    pub(super) fn following(&mut self, state: &State) -> Vec<(String, State)> {
        let mut all = Vec::new();
        for number in 0..state.truths.len() {
            for what in state.truths[number].transitions(self.setting.luck) {
                if !state.is_next(self.setting, number, what) {
                    continue;
                }
                let mut next = state.clone();
                next.truths[number].apply(what);
                all.push((format!("{number}: {what:?}"), next));
            }
        }
        let Some(process) = &state.process else {
            let states: Vec<CommandState> = state.truths.iter().map(|truth| truth.state).collect();
            let mut next = state.clone();
            next.process = Some(Process::begins(self.setting, &states));
            all.push(("the plan is made".to_owned(), next));
            return all;
        };
        if self.setting.stops && !process.stopped {
            let mut next = state.clone();
            if let Some(process) = &mut next.process {
                process.stopped = true;
                process.kept.note(Entry::Stopped {
                    reason: StopReason::Requested,
                });
            }
            all.push(("it is asked to stop".to_owned(), next));
        }
        if state.crashes > 0 {
            self.crashes(state, process, &mut all);
        }
        if process.call_flies {
            self.call_comes_back(state, &mut all);
        } else {
            for at in 0..process.queues.len() {
                let targets = process.queues[at].targets().iter();
                let numbers = targets.map(|target| target.number);
                let flying: Vec<usize> = numbers
                    .filter(|number| process.flying.contains(number))
                    .collect();
                match flying.is_empty() {
                    true => self.next_step(state, process, at, &mut all),
                    false => self.one_comes_back(state, process, at, &flying, &mut all),
                }
            }
        }
        if let Some(swept) = &process.swept {
            self.sweeps(state, process, swept, &mut all);
        }
        let is_swept = process.swept.as_ref().is_none_or(Swept::is_over);
        if process.queues.is_empty() && is_swept {
            self.is_over(state, process);
        }
        all
    }

    fn next_step(
        &mut self,
        state: &State,
        process: &Process,
        at: usize,
        all: &mut Vec<(String, State)>,
    ) {
        let mut next = state.clone();
        let Some(to) = &mut next.process else { return };
        if process.stopped {
            to.queues[at].hold_back(&StopReason::Requested);
            if to.queues[at].has_settled() {
                all.push(("what is left is held back".to_owned(), next));
                return;
            }
        }
        match to.queues[at].next(state.now) {
            Step::Done => {}
            Step::CancelAll => {
                let count = state.truths.len();
                to.kept
                    .commit(process::sending_everything(self.setting, count));
                to.call_flies = true;
                for target in process.targets() {
                    self.may_be_sent(state, process, target.number);
                    next.seen[process.commands[target.number]].leaves();
                }
                all.push(("the one call leaves".to_owned(), next));
            }
            Step::Send(numbers) => {
                for number in numbers {
                    let Some(to) = &mut next.process else { return };
                    self.may_be_sent(state, process, number);
                    to.kept.commit(Entry::Sending { target: number });
                    to.flying.insert(number);
                    next.seen[process.commands[number]].leaves();
                }
                all.push(("cancels leave".to_owned(), next));
            }
            Step::Wait(until) => {
                next.now = next.now.max(until);
                all.push((format!("the vendor's wait is over at {until:?}"), next));
            }
            Step::Read(numbers, due) => {
                to.kept.keep();
                next.now = next.now.max(due);
                if process.stopped {
                    to.queues[at].end_watch(next.now);
                }
                for (what, reading) in [
                    ("read", Reading::True),
                    ("not readable", Reading::Failed),
                    ("read as unknown", Reading::Unclear),
                ] {
                    if !self.setting.luck.brings(reading) {
                        continue;
                    }
                    let mut next = next.clone();
                    next.reads(at, &numbers, reading);
                    all.push((format!("{numbers:?} {what} at {:?}", next.now), next));
                }
            }
        }
    }

    fn one_comes_back(
        &self,
        state: &State,
        process: &Process,
        at: usize,
        flying: &[usize],
        all: &mut Vec<(String, State)>,
    ) {
        for number in flying {
            let command = process.commands[*number];
            let ends = state.truths[command].cancelled_now(self.setting.luck);
            let ways = ends.into_iter().flat_map(|(end, truth)| {
                let throttled =
                    (end == ResponseKind::NotSent).then(|| (process::throttled(), truth.clone()));
                [(process::response(end), truth)]
                    .into_iter()
                    .chain(throttled)
            });
            for (response, truth) in ways {
                let end = response.kind;
                let mut next = state.clone();
                next.truths[command] = truth;
                next.seen[command].comes_back(end);
                if let Some(process) = &mut next.process {
                    process.flying.remove(number);
                    process.kept.note(Entry::Answered {
                        target: *number,
                        answer: crate::run::entries::answer(&response),
                    });
                    process.queues[at].take_response(*number, &response, state.now);
                }
                all.push((format!("{number} comes back: {response:?}"), next));
            }
        }
    }

    /// The one call ends in one way for all; what it does to each may differ.
    fn call_comes_back(&self, state: &State, all: &mut Vec<(String, State)>) {
        let mut ways: Vec<(Option<ResponseKind>, Vec<Truth>)> = vec![(None, Vec::new())];
        for truth in &state.truths {
            ways = ways
                .into_iter()
                .flat_map(|(end, truths)| {
                    // What cannot be cancelled any more is passed over by a call that is taken.
                    let passed_over = (truth.state != CommandState::Pending).then(|| {
                        let mut asked = truth.clone();
                        asked.was_asked = true;
                        (ResponseKind::Taken, asked)
                    });
                    truth
                        .cancelled_now(self.setting.luck)
                        .into_iter()
                        .chain(passed_over)
                        .filter(move |(one, _)| end.is_none_or(|end| end == *one))
                        .map(move |(one, truth)| {
                            let mut truths = truths.clone();
                            truths.push(truth);
                            (Some(one), truths)
                        })
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        for (end, truths) in ways {
            let Some(end) = end else { continue };
            let mut next = state.clone();
            let count = truths.len();
            next.truths = truths;
            if matches!(end, ResponseKind::Refused(_)) {
                // A refusal of the one call is no answer to a cancel of any command's own.
                for (truth, before) in next.truths.iter_mut().zip(&state.truths) {
                    truth.was_asked = before.was_asked;
                }
            }
            if let Some(process) = &mut next.process {
                process.call_flies = false;
                for target in process.targets() {
                    next.seen[process.commands[target.number]].comes_back(end);
                }
                let response = process::response(end);
                process
                    .kept
                    .note(process::everything_answered(self.setting, count, &response));
                process.queues[0].take_cancel_all_response(&response, state.now);
            }
            all.push((format!("the one call comes back: {end:?}"), next));
        }
    }

    /// The process dies: of what is in flight nobody knows how far it got, and of what is not durable how
    /// much was written. Another process goes on some time later.
    fn crashes(&mut self, state: &State, process: &Process, all: &mut Vec<(String, State)>) {
        let in_flight: Vec<usize> = if process.call_flies {
            (0..state.truths.len()).collect()
        } else {
            let flying = process.flying.iter();
            flying.map(|number| process.commands[*number]).collect()
        };
        let mut worlds = vec![state.truths.clone()];
        for number in &in_flight {
            worlds = worlds
                .into_iter()
                .flat_map(|world| {
                    let all = world[*number].crashed_now(self.setting.luck);
                    all.into_iter().map(move |truth| {
                        let mut world = world.clone();
                        world[*number] = truth;
                        world
                    })
                })
                .collect();
        }
        for written in process.kept.durable..=process.kept.lines.len() {
            for truths in &worlds {
                let left = (process.kept.first(written), &truths, &state.seen);
                // Whoever goes on knows nothing else.
                if !self.crashed.insert(key((left, state.crashes, &in_flight))) {
                    continue;
                }
                let mut truths = truths.clone();
                for truth in &mut truths {
                    truth.is_there = true;
                }
                let kept = process.kept.cut(written);
                let resumed = Process::resumes(self.setting, kept, state.now, |command| {
                    truths[command].state
                });
                let mut next = State {
                    truths,
                    seen: state.seen.clone(),
                    process: Some(resumed),
                    now: state.now,
                    crashes: state.crashes - 1,
                };
                for command in &in_flight {
                    next.seen[*command].comes_back(ResponseKind::Lost);
                }
                all.push((format!("crash, {written} lines written"), next));
            }
        }
    }
}
