//! The two-person rule.

use countermand_relay_api::{Approval, ApprovalList, DecisionRequest, SignInMethod, route};
use http::StatusCode;
use utoipa::openapi::HttpMethod::{self, Get, Post};

use super::{operation::Operation, parameters};
use crate::response::Refusal;

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let (all, one) = (
        route::approvals("{connection}"),
        route::approval("{connection}", "{run}"),
    );
    let at = |method: HttpMethod, path: &str, id: &str, summary: &str| {
        Operation::of_connection(sign_in, method, path, id, summary).refuses(&[Refusal::Forbidden])
    };
    vec![
        at(
            Get,
            &all,
            "listApprovals",
            "The newest 200 runs that somebody has to approve",
        )
        .mentions::<Approval>()
        .json::<ApprovalList<Approval>>(
            StatusCode::OK,
            "The approvals, without their commands. A connection without a rule has none: 404.",
        ),
        at(
            Get,
            &one,
            "approval",
            "The approval of a run, with its commands",
        )
        .parameter(parameters::run())
        .json::<Approval>(StatusCode::OK, "The approval."),
        at(Post, &one, "decide", "Decide about a run")
            .parameter(parameters::run())
            .body::<DecisionRequest>("The decision, in at most 1 KiB.")
            .json::<Approval>(StatusCode::OK, "The approval, as it is now.")
            .error(StatusCode::BAD_REQUEST, "The body is not a decision.")
            .error(
                StatusCode::FORBIDDEN,
                "It is one's own run, or another person's to withdraw.",
            )
            .error(
                StatusCode::CONFLICT,
                "It was decided about before, is still being read, has begun, or has another plan.",
            )
            .refuses(&[Refusal::Audit]),
    ]
}
