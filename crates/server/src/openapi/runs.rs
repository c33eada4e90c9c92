//! Runs that the server drives.

use countermand_relay_api::{ReadAgain, Run, RunList, RunRequest, SignInMethod, route};
use http::StatusCode;
use utoipa::openapi::HttpMethod::{self, Get, Post};

use super::{operation::Operation, parameters};
use crate::response::Refusal;

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let at = |method: HttpMethod, path: &str, id: &str, summary: &str| {
        Operation::of_connection(sign_in, method, path, id, summary)
    };
    let one = |method: HttpMethod, below: &str, id: &str, summary: &str| {
        let path = format!("{}{below}", route::run("{connection}", "{run}"));
        at(method, &path, id, summary).parameter(parameters::run())
    };
    let below = |segment: &str| format!("/{segment}");
    vec![
        at(Get, &runs(), "listRuns", "The newest 200 runs").json::<RunList>(StatusCode::OK, "The runs, the newest first."),
        start(at(Post, &runs(), "startRun", "Hand a plan over, which the server runs")),
        one(Get, "", "run", "One run").json::<Run>(StatusCode::OK, "The run."),
        one(Post, &below(route::STOP), "stopRun", "Send no further cancel")
            .json::<Run>(StatusCode::OK, "The run, as it is now.")
            .refuses(&[Refusal::Forbidden, Refusal::Audit]),
        one(Post, &below(route::RESUME), "resumeRun", "Go on with a stopped run")
            .json::<Run>(StatusCode::OK, "The run, as it is now.")
            .error(StatusCode::CONFLICT, "It is not stopped, or its approval is over.")
            .refuses(&[Refusal::Forbidden, Refusal::Audit]),
        one(
            Post,
            &below(route::READ),
            "readRun",
            "Read targets of a run again, whose outcome is not settled",
        )
        .parameter(parameters::from_target())
        .json::<ReadAgain>(StatusCode::OK, "Targets, as many as are read at once.")
        .error(
            StatusCode::CONFLICT,
            "It is not over, or its journal is broken.",
        )
        .refuses(&[
            Refusal::Malformed("The query must be from=NUMBER."),
            Refusal::Forbidden,
        ]),
        one(Get, &below(route::JOURNAL), "runJournal", "Lines of a run's journal")
            .parameter(parameters::from_line())
            .text(StatusCode::OK, "application/x-ndjson", "Whole lines, as many as come at once; empty at the end.")
            .refuses(&[Refusal::Malformed("The query must be from=LINE, counted from 1."), Refusal::Audit]),
        one(Get, &below(route::EVENTS), "runEvents", "A run, as it goes on")
            .parameter(parameters::last_event_id())
.events(
                &["line", "run"],
                "Server-Sent Events: `line` for each line of the journal, with its number as id; `run`, a run, where its state changes. After one whose state is over nothing follows.",
            )
.refuses(&[Refusal::Malformed("Last-Event-ID must be the number of a line."), Refusal::Audit]),
    ]
}

fn runs() -> String {
    route::runs("{connection}")
}

fn start(operation: Operation) -> Operation {
    operation
        .body::<RunRequest>("The plan, in at most 32 MiB, with at most 50,000 targets and devices.")
        .json::<Run>(StatusCode::CREATED, "The run, which is new.")
        .json::<Run>(
            StatusCode::OK,
            "The run, where the same person sent the same plan before.",
        )
        .error(
            StatusCode::BAD_REQUEST,
            "The body or the plan is not taken; the message names the field and the rule.",
        )
        .error(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many runs of this person wait for approval, or were asked for within an hour.",
        )
        .refuses(&[Refusal::Forbidden, Refusal::Audit])
}
