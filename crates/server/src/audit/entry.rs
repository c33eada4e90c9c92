//! The lines of an audit.

use std::collections::BTreeMap;

use countermand_core_model::{CommandState, ProviderCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the first line says the file is.
pub const FORMAT: &str = "countermand audit";

/// The version of the format of the lines.
pub(super) const VERSION: u32 = 3;

/// The most bytes of a text from a provider; a longer one is truncated.
const MOST: usize = 4 << 10;

/// The most bytes of any other text, which a client may have made up. Valid names and ids are shorter.
const MOST_OF_A_NAME: usize = 512;

/// How a provider responded to a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelResponse {
    /// The provider took it. Only reading again tells whether the command is cancelled.
    Taken,
    /// The provider refused it, and did not execute it.
    Refused,
    /// It may have been executed: the response did not come, or cannot be read.
    Lost,
    /// It was not sent.
    NotSent,
}

impl CancelResponse {
    /// Returns the word in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::NotSent => "not_sent",
        }
    }
}

/// A decision about a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// A second person approved.
    Approved,
    /// A second person declined.
    Declined,
    /// The requester or the approver withdrew it.
    Withdrawn,
}

/// What somebody did with a brake rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrakeRuleEvent {
    /// They proposed it, and so signed it first.
    Proposed,
    /// They signed another person's.
    Signed,
    /// They declined another person's.
    Declined,
    /// They ended it.
    Revoked,
}

/// One line of an audit. Cancels are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Entry {
    /// The first line, and only that.
    Header {
        /// What the file is.
        format: String,
        /// The version of the format of the lines.
        version: u32,
        /// The version of this project that wrote it.
        countermand: String,
    },
    /// Somebody signed in.
    SignedIn {
        /// Who.
        who: String,
        /// How.
        way: String,
    },
    /// A sign-in failed.
    SignInFailed {
        /// The address that they came from.
        peer: String,
        /// How they tried.
        way: String,
        /// Why not.
        kind: String,
        /// How many failures before it were not written, because there were too many.
        #[serde(default)]
        unwritten: u64,
    },
    /// Somebody signed out.
    SignedOut {
        /// Who.
        who: String,
    },
    /// A cancel that the relay did not forward.
    Forbidden {
        /// Who asked for it.
        who: String,
        /// At which connection.
        connection: String,
        /// Of which device.
        device: String,
        /// Which command; none: everything that waited there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        /// `role`, `notes`, `approval`; in older audits also `changed`: it differed from what was approved.
        why: String,
    },
    /// Refused cancels that have no line of their own, because there were too many.
    ForbiddenMore {
        /// Who asked for them; `*`: many people.
        who: String,
        /// How many.
        count: u64,
    },
    /// Lines that were lost while the audit could not be written. None of them is about a cancel that was forwarded.
    Unwritten {
        /// How many.
        count: u64,
    },
    /// A cancel is about to be sent to the provider.
    Sending {
        /// Its number.
        cancel: u64,
        /// Who asked for it.
        who: String,
        /// At which connection.
        connection: String,
        /// Of which device.
        device: String,
        /// Which command; none: everything that waits there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        /// The approval that it needed, in older audits: now only runs are approved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<String>,
    },
    /// The response to a cancel.
    Answered {
        /// The cancel's number.
        cancel: u64,
        /// What it means.
        answer: CancelResponse,
        /// The HTTP status, where there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The provider's code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor_code: Option<ProviderCode>,
        /// The provider's message, or why no answer came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The provider's id of the exchange.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// A later reading through this relay showed the command in another state than before.
    Read {
        /// The number of a cancel of that command.
        cancel: u64,
        /// The command.
        command: String,
        /// Its state at the provider.
        state: CommandState,
    },
    /// Somebody asks for a run that may need an approval.
    Asked {
        /// The run's id; in older audits the request's.
        approval: String,
        /// Who.
        who: String,
        /// At which connection.
        connection: String,
        /// How many targets and devices are asked for. Lines for each command follow, with what the provider says of it.
        targets: usize,
        /// What it looks for, where it is a sweep: its filter, where, and how many at most, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sweep: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The ticket that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
    },
    /// One of the cancels that an approval is asked for.
    Meant {
        /// The run's id; in older audits the request's.
        approval: String,
        /// The device.
        device: String,
        /// The command; none: everything that waits there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        /// What it does, by the provider's word; none where the provider does not know it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
    /// Somebody decided about it.
    Decided {
        /// The run's id; in older audits the request's.
        approval: String,
        /// Who.
        who: String,
        /// What.
        decision: Decision,
        /// The SHA-256 of the plan that it is about, as it was read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
    },
    /// Somebody proposed, signed, declined or revoked a brake rule.
    BrakeRule {
        /// The rule's id.
        rule: String,
        /// Who.
        who: String,
        /// At which connection.
        connection: String,
        /// What they did.
        what: BrakeRuleEvent,
        /// What may be braked, where it is proposed: as in [`Self::Asked`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sweep: Option<String>,
        /// Whether nobody has to press.
        #[serde(default, skip_serializing_if = "is_false")]
        automatic: bool,
        /// When it ends, where it is proposed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_until: Option<String>,
        /// Why, where it is proposed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The server works on a run from here on. What it sends is in the run's journal.
    RunBegun {
        /// The run's id.
        run: String,
        /// Who asked for it.
        who: String,
        /// At which connection.
        connection: String,
        /// The SHA-256 of its plan.
        plan: String,
        /// What it looks for, where it is a sweep, as in [`Self::Asked`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sweep: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The ticket that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        /// Who approved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<String>,
        /// The brake rule under which it needs no approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        /// How many lines its journal has. With any, it goes on where it ended before.
        lines: u64,
    },
    /// Somebody asked a run to stop.
    RunStopped {
        /// The run's id.
        run: String,
        /// Who.
        who: String,
    },
    /// Somebody had a stopped run go on.
    RunResumed {
        /// The run's id.
        run: String,
        /// Who.
        who: String,
    },
    /// Somebody watches a run.
    RunWatched {
        /// The run's id.
        run: String,
        /// Who.
        who: String,
    },
    /// Somebody asked for what they may not do with runs.
    RunForbidden {
        /// Who.
        who: String,
        /// At which connection.
        connection: String,
        /// Which run; none: a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<String>,
        /// `role`, or `approval`: a second person would have to approve.
        why: String,
    },
    /// The server works on a run no more.
    RunEnded {
        /// The run's id.
        run: String,
        /// `finished`, `stopped`, `handed_over` to the next server, or `lost` to another one.
        state: String,
        /// How many targets have each outcome, as far as this server knows.
        outcomes: BTreeMap<String, u64>,
    },
    /// This server watches the devices of a connection from here on.
    WatchBegan {
        /// The connection.
        connection: String,
        /// How many devices it looks at in a minute.
        samples_per_minute: u32,
        /// How grave the commands are at least.
        severity: String,
    },
    /// Many devices got a command of a grave kind at the same time.
    Surge {
        /// At which connection.
        connection: String,
        /// The kind, by the provider's word.
        kind: String,
        /// How many devices were looked at, and on how many it was found.
        looks: u32,
        /// On how many.
        hits: u32,
        /// On about how many devices there is one.
        estimate: u64,
        /// At least so many, with a probability of 95% together with the next.
        at_least: u64,
        /// At most so many.
        at_most: u64,
        /// When the earliest that was found was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<String>,
        /// Some of the devices.
        devices: Vec<String>,
    },
    /// A surge was answered by a brake, which a rule had allowed beforehand.
    SurgeBraked {
        /// At which connection.
        connection: String,
        /// The kind.
        kind: String,
        /// The run that cancels.
        run: String,
        /// The rule.
        rule: String,
    },
    /// The provider refuses the key while the devices are watched.
    WatchRefused {
        /// At which connection.
        connection: String,
    },
    /// It takes the key again.
    WatchRestored {
        /// At which connection.
        connection: String,
    },
    /// A server begins. Since version 3 the lines of several servers make one audit, and each says which one wrote it.
    ServerStarted {
        /// The version of this project.
        countermand: String,
        /// Nobody else can use the store: those that began before are over.
        #[serde(default, skip_serializing_if = "is_false")]
        alone: bool,
    },
    /// A server stopped cleanly. It writes nothing after that but a checkpoint.
    ServerStopped {
        /// How many cancels it was about to send.
        cancels: u64,
        /// How many of each answer came.
        answers: BTreeMap<CancelResponse, u64>,
    },
    /// Another server was silent for so long that it is taken for dead.
    ServerLost {
        /// Which one.
        lost: String,
    },
    /// An audit of an older version that a server found in its folder.
    EarlierFile {
        /// Its name.
        file: String,
        /// The SHA-256 of the whole file.
        sha256: String,
    },
    /// Somebody's session was ended at the command line, or by the issuer.
    SessionEnded {
        /// Whose.
        who: String,
        /// The first digits of the SHA-256 of its token.
        session: String,
        /// `issuer`, where it was that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// What was written so far, signed: the text of a signed note.
    Checkpoint {
        /// The note.
        note: String,
    },
    /// Old lines are removed.
    Removed {
        /// The number of the last one.
        through: u64,
        /// For how many days lines are kept.
        keep_days: u32,
    },
    /// The relay stopped cleanly. Always the last line. Since version 3 it is [`Self::ServerStopped`].
    Sealed {
        /// How many cancels were about to be sent.
        cancels: u64,
        /// How many of each answer came.
        answers: BTreeMap<CancelResponse, u64>,
    },
}

impl Entry {
    /// Returns the first line.
    pub(super) fn header() -> Self {
        Self::Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            countermand: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Returns the word of its `event`.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header",
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SignedOut { .. } => "signed_out",
            Self::Forbidden { .. } => "forbidden",
            Self::ForbiddenMore { .. } => "forbidden_more",
            Self::Unwritten { .. } => "unwritten",
            Self::Sending { .. } => "sending",
            Self::Answered { .. } => "answered",
            Self::Read { .. } => "read",
            Self::Asked { .. } => "asked",
            Self::Meant { .. } => "meant",
            Self::Decided { .. } => "decided",
            Self::BrakeRule { .. } => "brake_rule",
            Self::RunBegun { .. } => "run_begun",
            Self::RunStopped { .. } => "run_stopped",
            Self::RunResumed { .. } => "run_resumed",
            Self::RunWatched { .. } => "run_watched",
            Self::RunForbidden { .. } => "run_forbidden",
            Self::RunEnded { .. } => "run_ended",
            Self::WatchBegan { .. } => "watch_began",
            Self::Surge { .. } => "surge",
            Self::SurgeBraked { .. } => "surge_braked",
            Self::WatchRefused { .. } => "watch_refused",
            Self::WatchRestored { .. } => "watch_restored",
            Self::ServerStarted { .. } => "server_started",
            Self::ServerStopped { .. } => "server_stopped",
            Self::ServerLost { .. } => "server_lost",
            Self::EarlierFile { .. } => "earlier_file",
            Self::SessionEnded { .. } => "session_ended",
            Self::Checkpoint { .. } => "checkpoint",
            Self::Removed { .. } => "removed",
            Self::Sealed { .. } => "sealed",
        }
    }
}

impl countermand_chain::Entry for Entry {
    fn truncated(&self) -> Self {
        let most = match self {
            Self::Answered { .. } => MOST,
            // Shortened, a signature is none.
            Self::Checkpoint { .. } => usize::MAX,
            _ => MOST_OF_A_NAME,
        };
        self.with_texts_of(most).unwrap_or_else(|_| self.clone())
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Entry {
    /// Returns a copy whose texts, whatever their field, have at most `most` bytes.
    fn with_texts_of(&self, most: usize) -> serde_json::Result<Self> {
        let mut line = serde_json::to_value(self)?;
        for value in line.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Value::String(text) = value {
                countermand_chain::truncate(text, most);
            }
        }
        serde_json::from_value(line)
    }
}
