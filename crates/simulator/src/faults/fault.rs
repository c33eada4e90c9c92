//! A fault: which requests it is about, and what happens to them.

use serde::{Deserialize, Serialize};

use crate::fleet::Provider;

/// A rule: what happens to which requests. The first rule in the list that fires decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it is about; all where nothing is said.
    #[serde(rename = "match", default)]
    pub matches: FaultMatch,
    /// How many matching requests it lets pass before it begins. Default 0.
    #[serde(default)]
    pub skip: u32,
    /// How often it fires at most; without limit where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How likely it fires, from 0 to 1; always where absent. Chance comes from the simulator's seed
    /// and from how often that operation on that device and command was asked for, so that it does
    /// not depend on the order in which requests about different targets arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What happens.
    pub fault: FaultKind,
}

impl Fault {
    /// A rule that always fires, for every request.
    #[must_use]
    pub fn always(fault: FaultKind) -> Self {
        Self {
            matches: FaultMatch::default(),
            skip: 0,
            times: None,
            probability: None,
            fault,
        }
    }

    /// Only for this operation, such as `enos.cancel`.
    #[must_use]
    pub fn on(mut self, operation: &str) -> Self {
        self.matches.operation = Some(operation.to_owned());
        self
    }

    /// Only for this device, in any of its text forms.
    #[must_use]
    pub fn device(mut self, device: &str) -> Self {
        self.matches.device = Some(device.to_owned());
        self
    }

    /// Only for this command.
    #[must_use]
    pub fn command(mut self, command: &str) -> Self {
        self.matches.command = Some(command.to_owned());
        self
    }

    /// At most this often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// Which requests a [`Fault`] is about: all that agree with every field that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultMatch {
    /// The provider.
    #[serde(rename = "vendor", skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The operation's name, such as `enos.cancel` or `applivery.list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The device, in any of its text forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The command's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection is closed without an answer, and nothing was done.
    LostBefore,
    /// It is done, and then the connection is closed without an answer.
    LostAfter,
    /// Answers with this status: 429, 500, 502, 503, 504 or any other.
    Http {
        /// The status.
        status: u16,
        /// `Retry-After`, if any: seconds or a date.
        #[serde(default)]
        retry_after: Option<String>,
        /// The body; where absent, the provider's own shape of an error.
        #[serde(default)]
        body: Option<String>,
        /// The body's type. Default `application/json`.
        #[serde(default)]
        content_type: Option<String>,
        /// Whether it is done all the same before that answer.
        #[serde(default)]
        processed: bool,
    },
    /// Done at once, answered this many milliseconds (of the machine's clock) later.
    Slow {
        /// How much later.
        ms: u32,
    },
    /// Done, but the answer breaks off in the middle of its body.
    Truncated,
    /// Done, but a proxy puts a page of HTML with status 200 in place of the answer.
    Html,
    /// The token is refused before its time: EnOS forgets all tokens and answers 1203, Applivery
    /// answers 401 with 4005.
    TokenExpired,
    /// Refused as repeated: 1001 (EnOS).
    Replayed,
    /// A list gives its first page for every page number, and says that there are more.
    PageRepeated,
    /// A list ignores paging parameters altogether, and answers as if none had been sent.
    PagingIgnored,
    /// A list says that there is a next page even after the last one, which is empty then.
    HasNextAlways,
    /// A list says neither whether there is a next page nor how many there are.
    HasNextMissing,
    /// A list gives its items and nothing about pages.
    ItemsOnly,
    /// A list's data is a bare array (Applivery).
    BareArray,
    /// The command goes to the device just before the request is processed.
    GoesOutFirst,
    /// A cancel is accepted, and the command goes to the device all the same.
    ExecutedAllTheSame,
    /// A cancel is accepted, and the command then shows as expired.
    ExpiresAllTheSame,
    /// A cancel is accepted, and the command goes on waiting.
    StaysPending,
    /// The answer names another command than was asked for.
    AnotherCommand,
}

impl FaultKind {
    /// Returns whether the client can read the answer.
    pub(crate) fn lets_the_answer_arrive(&self) -> bool {
        !matches!(
            self,
            Self::LostBefore | Self::LostAfter | Self::Http { .. } | Self::Truncated | Self::Html
        )
    }

    /// Its name as in the control address.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LostBefore => "lost_before",
            Self::LostAfter => "lost_after",
            Self::Http { .. } => "http",
            Self::Slow { .. } => "slow",
            Self::Truncated => "truncated",
            Self::Html => "html",
            Self::TokenExpired => "token_expired",
            Self::Replayed => "replayed",
            Self::PageRepeated => "page_repeated",
            Self::PagingIgnored => "paging_ignored",
            Self::HasNextAlways => "has_next_always",
            Self::HasNextMissing => "has_next_missing",
            Self::ItemsOnly => "items_only",
            Self::BareArray => "bare_array",
            Self::GoesOutFirst => "goes_out_first",
            Self::ExecutedAllTheSame => "executed_all_the_same",
            Self::ExpiresAllTheSame => "expires_all_the_same",
            Self::StaysPending => "stays_pending",
            Self::AnotherCommand => "another_command",
        }
    }
}
