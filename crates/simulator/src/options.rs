//! The options of a running simulator: mostly what the providers' documents leave open.

use serde::{Deserialize, Serialize};

use crate::config::Cors;

/// The options of a running simulator. The default of each undocumented behavior is the gentlest one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Options {
    /// Whether pages of other origins may call.
    pub cors: Cors,
    /// Milliseconds from an accepted cancel until Applivery's reads show it. Default 500.
    pub applivery_cancel_delay_ms: u32,
    /// What Applivery answers to a cancel that it accepts.
    pub applivery_cancel_answer: AppliveryCancelAnswer,
    /// How many requests Applivery takes; more are refused with HTTP 429 and `Retry-After`. Default null: no limit.
    pub applivery_requests: Option<RequestLimit>,
    /// Milliseconds from an accepted cancel until EnOS's reads show it. Default 300.
    pub enos_cancel_delay_ms: u32,
    /// What EnOS answers to a cancel when nothing can be cancelled.
    pub enos_not_cached: NotCached,
    /// Whether EnOS takes a cancel without a command, or refuses it as newer installations may.
    pub enos_cancel_all: CancelAll,
    /// The HTTP status with which EnOS reports a token or signature that it does not take: 200 or 401.
    pub enos_token_error_http: u16,
    /// The field in which EnOS reports it.
    pub enos_token_error_field: TokenErrorField,
    /// How long a new EnOS token lives, in seconds. Default 7200.
    pub enos_token_ttl_s: u32,
    /// How long a refreshed EnOS token's predecessor is still taken, in seconds. Default 60.
    pub enos_token_grace_s: u32,
    /// How far a request's timestamp may be from the simulator's clock; null is not checked. Default
    /// five minutes on a real clock, and null on a manual one.
    pub enos_clock_window_ms: Option<u32>,
}

impl Options {
    pub(crate) fn new(cors: Cors, manual_clock: bool) -> Self {
        Self {
            cors,
            applivery_cancel_delay_ms: 500,
            applivery_cancel_answer: AppliveryCancelAnswer::Published,
            applivery_requests: None,
            enos_cancel_delay_ms: 300,
            enos_not_cached: NotCached::Either,
            enos_cancel_all: CancelAll::Allowed,
            enos_token_error_http: 200,
            enos_token_error_field: TokenErrorField::Code,
            enos_token_ttl_s: 7_200,
            enos_token_grace_s: 60,
            enos_clock_window_ms: (!manual_clock).then_some(300_000),
        }
    }
}

/// A limit of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestLimit {
    /// How many an hour, evenly.
    pub per_hour: u32,
    /// How many at once after a pause.
    pub burst: u32,
}

/// What Applivery answers to a cancel that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliveryCancelAnswer {
    /// The command with `"status":"PENDING"` and `"done":true`, as the published example has it.
    Published,
    /// The command as the next read shows it: pending, not done.
    Pending,
    /// `{"canceled":"OK"}` as data, as the Apple sibling answers.
    CanceledOk,
    /// Nothing at all, with status 204.
    Empty,
}

/// What EnOS answers to a cancel when nothing can be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case", deny_unknown_fields)]
pub enum NotCached {
    /// An empty list or an error, by the seed and the command's number: both are equally frequent.
    Either,
    /// Code 0 and an empty list.
    Empty,
    /// An error.
    Error {
        /// Its code.
        code: i64,
        /// Its message.
        msg: String,
    },
}

/// Whether a cancel without a command is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelAll {
    /// It cancels every cached command of the device.
    Allowed,
    /// It is refused with 99400.
    Refused,
}

/// The field in which EnOS reports a token or signature that it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenErrorField {
    /// `{"code":1203,"msg":...}`, as the service answers.
    Code,
    /// `{"status":1203,"msg":...}`, as the token service answers.
    Status,
}
