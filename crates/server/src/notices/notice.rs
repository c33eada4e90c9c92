//! What a notice says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::NoticeKind;

/// What has happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Notice {
    /// Somebody has to approve a run.
    ApprovalWanted {
        connection: String,
        run: String,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        /// How many commands; of a brake that is not known before.
        targets: u64,
        /// What a brake looks for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sweep: Option<Value>,
    },
    /// Somebody has to sign a brake rule.
    BrakeRuleProposed {
        connection: String,
        rule: String,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What it lets brake.
        sweep: Value,
        /// The server may brake by itself.
        automatic: bool,
        /// Until when, as RFC 3339.
        valid_until: String,
    },
    /// A run has finished.
    RunFinished {
        #[serde(flatten)]
        run: RunFacts,
    },
    /// Commands went to their devices although a cancel was sent.
    LostRace {
        #[serde(flatten)]
        run: RunFacts,
        count: u64,
    },
    /// A run has stopped, and nobody asked it to.
    RunStopped {
        #[serde(flatten)]
        run: RunFacts,
        /// Why, in one word.
        why: String,
    },
    /// So many sign-ins from one address failed within so many minutes.
    SignInFailures {
        count: u32,
        peer: String,
        minutes: u64,
    },
    /// The end of the audit was signed.
    Checkpoint {
        /// How many lines the audit had.
        lines: u64,
        /// The checkpoint, as a signed note.
        note: String,
    },
    /// Many devices got a command of a grave kind at the same time.
    Surge {
        #[serde(flatten)]
        surge: SurgeFacts,
    },
    /// The provider refuses the key while the devices are watched.
    WatchRefused { connection: String },
    /// It takes the key again.
    WatchRestored { connection: String },
}

/// What is said of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunFacts {
    pub(crate) connection: String,
    pub(crate) run: String,
    /// Who started it.
    pub(crate) by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ticket: Option<String>,
    pub(crate) done: u64,
    pub(crate) total: u64,
    pub(crate) outcomes: BTreeMap<String, u64>,
}

/// What is said of a surge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SurgeFacts {
    pub(crate) connection: String,
    /// The kind of the commands, in the provider's word.
    pub(crate) command_kind: String,
    /// How many devices were looked at, and on how many such a command was found.
    pub(crate) looks: u32,
    pub(crate) hits: u32,
    /// On about how many devices there is one; with a probability of 95% between these.
    pub(crate) estimate: u64,
    pub(crate) at_least: u64,
    pub(crate) at_most: u64,
    /// When the earliest that was found was given, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<String>,
    /// The run that cancels them, and the rule by which it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
}

/// A notice as it is kept and sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) notice: Notice,
    /// When it happened, as RFC 3339.
    pub(super) at: String,
    /// The origin of the server.
    pub(super) server: String,
    /// Where a person looks at it, once they are signed in.
    pub(super) link: String,
}

impl Notice {
    pub(super) fn kind(&self) -> NoticeKind {
        match self {
            Self::ApprovalWanted { .. } => NoticeKind::ApprovalWanted,
            Self::BrakeRuleProposed { .. } => NoticeKind::BrakeRuleProposed,
            Self::RunFinished { .. } => NoticeKind::RunFinished,
            Self::LostRace { .. } => NoticeKind::LostRace,
            Self::RunStopped { .. } => NoticeKind::RunStopped,
            Self::SignInFailures { .. } => NoticeKind::SignInFailures,
            Self::Checkpoint { .. } => NoticeKind::Checkpoint,
            Self::Surge { .. } => NoticeKind::Surge,
            Self::WatchRefused { .. } => NoticeKind::WatchRefused,
            Self::WatchRestored { .. } => NoticeKind::WatchRestored,
        }
    }

    /// Returns the connection that it is about, and the run.
    fn place(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::ApprovalWanted {
                connection, run, ..
            } => Some((connection, Some(run))),
            Self::RunFinished { run }
            | Self::LostRace { run, .. }
            | Self::RunStopped { run, .. } => Some((&run.connection, Some(&run.run))),
            Self::Surge { surge } => Some((&surge.connection, surge.run.as_deref())),
            Self::BrakeRuleProposed { connection, .. }
            | Self::WatchRefused { connection }
            | Self::WatchRestored { connection } => Some((connection, None)),
            Self::SignInFailures { .. } | Self::Checkpoint { .. } => None,
        }
    }

    /// Returns the address in the console of what it tells of. The page keeps it while a person signs in.
    pub(super) fn link(&self, origin: &str) -> String {
        match self.place() {
            Some((connection, Some(run))) => {
                format!("{origin}/#connection={connection}&run={run}")
            }
            Some((connection, None)) => format!("{origin}/#connection={connection}"),
            None => format!("{origin}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn surge(run: Option<&str>) -> SurgeFacts {
        SurgeFacts {
            connection: "fleet".to_owned(),
            command_kind: "WIPE".to_owned(),
            looks: 41,
            hits: 3,
            estimate: 500,
            at_least: 138,
            at_most: 1_650,
            since: Some("2026-11-30T15:59:00Z".to_owned()),
            run: run.map(str::to_owned),
            rule: run.map(|_| "b1".to_owned()),
        }
    }

    #[test]
    fn a_body_is_read_as_it_was_written() {
        let run = RunFacts {
            connection: "fleet".to_owned(),
            run: "r1".to_owned(),
            by: "alice".to_owned(),
            reason: Some("a wrong lock".to_owned()),
            ticket: None,
            done: 2,
            total: 3,
            outcomes: BTreeMap::from([("cancelled".to_owned(), 2)]),
        };
        let notices = [
            Notice::ApprovalWanted {
                connection: "fleet".to_owned(),
                run: "r1".to_owned(),
                by: "alice".to_owned(),
                reason: None,
                ticket: Some("OPS-7".to_owned()),
                targets: 12,
                sweep: None,
            },
            Notice::BrakeRuleProposed {
                connection: "fleet".to_owned(),
                rule: "b1".to_owned(),
                by: "alice".to_owned(),
                reason: None,
                sweep: json!({"filter": {"kinds": ["WIPE"]}, "scope": "organization"}),
                automatic: true,
                valid_until: "2026-12-01T16:00:00Z".to_owned(),
            },
            Notice::RunFinished { run: run.clone() },
            Notice::LostRace {
                run: run.clone(),
                count: 1,
            },
            Notice::RunStopped {
                run,
                why: "too_many_failures".to_owned(),
            },
            Notice::SignInFailures {
                count: 5,
                peer: "192.0.2.7".to_owned(),
                minutes: 10,
            },
            Notice::Checkpoint {
                lines: 7,
                note: "countermand-audit\n7\n".to_owned(),
            },
            Notice::Surge {
                surge: surge(Some("r1")),
            },
            Notice::WatchRefused {
                connection: "fleet".to_owned(),
            },
            Notice::WatchRestored {
                connection: "fleet".to_owned(),
            },
        ];
        for (notice, kind) in notices.into_iter().zip(NoticeKind::ALL) {
            let body = Body {
                id: "n1".to_owned(),
                link: notice.link("https://c.example"),
                notice,
                at: "2026-11-30T16:00:00Z".to_owned(),
                server: "https://c.example".to_owned(),
            };
            let text = serde_json::to_string(&body).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["kind"], json!(kind.as_str()), "{text}");
            let link = match kind {
                NoticeKind::SignInFailures | NoticeKind::Checkpoint => "https://c.example/",
                NoticeKind::BrakeRuleProposed
                | NoticeKind::WatchRefused
                | NoticeKind::WatchRestored => "https://c.example/#connection=fleet",
                _ => "https://c.example/#connection=fleet&run=r1",
            };
            assert_eq!(value["link"], link);
            assert_eq!(serde_json::from_str::<Body>(&text).unwrap(), body);
            assert_eq!(body.notice.kind(), kind);
        }
    }
}
