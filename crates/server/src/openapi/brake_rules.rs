//! The brake rules.

use countermand_relay_api::{
    BrakeRule, BrakeRuleDecisionRequest, BrakeRuleList, BrakeRuleRequest, SignInMethod, route,
};
use http::StatusCode;
use utoipa::openapi::HttpMethod::{self, Get, Post};

use super::{operation::Operation, parameters};
use crate::response::Refusal;

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let (all, one) = (
        route::brake_rules("{connection}"),
        route::brake_rule("{connection}", "{rule}"),
    );
    let at = |method: HttpMethod, path: &str, id: &str, summary: &str| {
        Operation::of_connection(sign_in, method, path, id, summary)
    };
    vec![
        at(
            Get,
            &all,
            "listBrakeRules",
            "The newest 200 brake rules: what may be braked without an approval",
        )
        .mentions::<BrakeRule>()
        .json::<BrakeRuleList<BrakeRule>>(StatusCode::OK, "The rules."),
        at(Post, &all, "proposeBrakeRule", "Propose a brake rule")
            .body::<BrakeRuleRequest>("The rule, in at most 8 MiB.")
            .json::<BrakeRule>(
                StatusCode::CREATED,
                "The rule. It is in force once another operator signs it.",
            )
            .error(
                StatusCode::BAD_REQUEST,
                "A field has a value that is not taken.",
            )
            .error(
                StatusCode::CONFLICT,
                "50 rules of the connection are proposed or in force.",
            )
            .refuses(&[Refusal::Forbidden, Refusal::Audit]),
        at(Get, &one, "brakeRule", "A brake rule")
            .parameter(parameters::rule())
            .json::<BrakeRule>(StatusCode::OK, "The rule."),
        at(
            Post,
            &one,
            "decideBrakeRule",
            "Sign, decline or revoke a brake rule",
        )
        .parameter(parameters::rule())
        .body::<BrakeRuleDecisionRequest>("The decision.")
        .json::<BrakeRule>(StatusCode::OK, "The rule, as it is now.")
        .error(StatusCode::BAD_REQUEST, "The body is not a decision.")
        .error(StatusCode::FORBIDDEN, "It is one's own to sign or decline.")
        .error(
            StatusCode::CONFLICT,
            "It was decided about before, or its time is over.",
        )
        .refuses(&[Refusal::Forbidden, Refusal::Audit]),
    ]
}
