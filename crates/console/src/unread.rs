//! Why devices could not be read: one cause is told once, with the devices that it struck.

use countermand_core_model::{DeviceRef, Timestamp};

use super::{device_name::called, fleet::Fleet, problem::Problem};

/// How many devices of a cause are named.
pub const NAMED: usize = 20;

/// A cause, and what it struck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What went wrong; the detail is that of the first device.
    pub problem: Problem,
    /// The devices, at most [`NAMED`] of them with their name and their own detail.
    pub named: Vec<StruckDevice>,
    /// How many devices there are.
    pub count: usize,
    /// Where commands of them are shown: since when that is true at least.
    pub read_at: Option<Timestamp>,
}

/// A device that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StruckDevice {
    /// What it is called.
    pub called: String,
    /// The error's own words.
    pub detail: String,
}

/// The causes for which devices could not be read, the most frequent first.
pub fn causes(fleet: &Fleet) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for (device, status, problem) in fleet.problems() {
        let same = |cause: &&mut Cause| is_same(&cause.problem, problem);
        let cause = match causes.iter_mut().find(same) {
            Some(cause) => cause,
            None => {
                causes.push(Cause {
                    problem: problem.clone(),
                    named: Vec::new(),
                    count: 0,
                    read_at: None,
                });
                let Some(cause) = causes.last_mut() else {
                    continue;
                };
                cause
            }
        };
        cause.count += 1;
        cause.read_at = cause.read_at.into_iter().chain(status.read_at).min();
        if cause.named.len() < NAMED {
            cause.named.push(StruckDevice {
                called: called(device.name(), device.device()),
                detail: problem.detail.clone(),
            });
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}

/// The devices that this cause struck.
pub fn struck(fleet: &Fleet, cause: &Problem) -> Vec<DeviceRef> {
    let problems = fleet.problems();
    let of_it = problems.filter(|(.., problem)| is_same(cause, problem));
    of_it.map(|(device, ..)| device.device().clone()).collect()
}

/// Returns whether it is said in the same words, whatever the provider's own are.
fn is_same(one: &Problem, other: &Problem) -> bool {
    (&one.title, &one.advice) == (&other.title, &other.advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, command, device};
    use countermand_core_model::{CommandState, Listing, PageEnd};

    fn problem(title: &str, detail: &str) -> Problem {
        Problem {
            title: title.into(),
            advice: "a".into(),
            detail: detail.into(),
        }
    }

    #[test]
    fn one_cause_is_told_once_however_many_devices_it_strikes() {
        let mut fleet = Fleet::default();
        let name = |at: usize| device(&format!("applivery:D{at}"));
        fleet.add((0..150).map(|at| (name(at), None)).collect());
        fleet.read(
            &name(3),
            &Listing::new(
                vec![command("applivery:D3", 1, "LOCK", CommandState::Pending)],
                PageEnd::Complete,
            ),
            at(7),
        );
        for place in 0..149 {
            let why = if place == 20 { "denied" } else { "no answer" };
            fleet.failed(&name(place), problem(why, &format!("request {place}")));
        }
        let causes = causes(&fleet);
        let told: Vec<_> = causes
            .iter()
            .map(|cause| (cause.problem.title.as_str(), cause.count, cause.named.len()))
            .collect();
        assert_eq!(told, [("no answer", 148, NAMED), ("denied", 1, 1)]);
        assert_eq!(causes[0].read_at, Some(at(7)));
        assert_eq!(causes[0].named[1].detail, "request 1");
        assert_eq!(struck(&fleet, &causes[0].problem).len(), 148);
        assert_eq!(struck(&fleet, &causes[1].problem), [name(20)]);
    }

    #[test]
    fn what_was_not_tried_is_told_by_the_banner_alone() {
        assert!(Problem::offline().is_offline());
        assert!(!problem("no answer", "the browser got no answer").is_offline());
    }
}
