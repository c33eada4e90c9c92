//! What can stand in an audit.

use std::collections::BTreeMap;

use countermand_core_model::{CommandState, VendorCode};
use serde::{Deserialize, Serialize};

/// What the first line says the file is.
pub const FORMAT: &str = "countermand audit";

/// The version of the form of the lines.
pub(super) const VERSION: u32 = 1;

/// A text of a vendor's is shortened to so many bytes.
const MOST: usize = 4 << 10;

/// Any other text, which a client may have made up: names and ids that mean something are shorter.
const MOST_OF_A_NAME: usize = 512;

/// What came back for a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The vendor took it. Whether the command is cancelled, only reading again tells.
    Taken,
    /// The vendor refused it, and surely did not execute it.
    Refused,
    /// It may have been executed; its answer did not come, or cannot be read.
    Lost,
    /// It surely did not leave.
    NotSent,
}

impl Answer {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::NotSent => "not_sent",
        }
    }
}

/// What became of a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// A second person approved.
    Approved,
    /// A second person declined.
    Declined,
    /// Who had asked took it back.
    Withdrawn,
}

/// One line of an audit. Cancels are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Entry {
    /// Always the first line, and only that.
    Header {
        /// What the file is.
        format: String,
        /// The version of the form of the lines.
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
    /// Somebody was not let in.
    SignInFailed {
        /// The address that they came from.
        peer: String,
        /// How they tried.
        way: String,
        /// Why not.
        kind: String,
        /// How many failures before it were not written down, for there were too many.
        #[serde(default)]
        unwritten: u64,
    },
    /// Somebody signed out.
    SignedOut {
        /// Who.
        who: String,
    },
    /// A cancel that this relay did not pass on.
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
        /// `role`, `approval`, or `changed`: it is not any more what was approved.
        why: String,
    },
    /// So many refused cancels of somebody have no line of their own, for there were too many.
    ForbiddenMore {
        /// Who asked for them; `*`: many people.
        who: String,
        /// How many.
        count: u64,
    },
    /// So many lines could not be written while the audit could not be. None of them is about a cancel that
    /// was passed on.
    Unwritten {
        /// How many.
        count: u64,
    },
    /// A cancel is about to go to the vendor.
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
        /// The approval that it needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<String>,
    },
    /// What came back for it.
    Answered {
        /// The cancel's number.
        cancel: u64,
        /// What it means.
        answer: Answer,
        /// The HTTP status, where there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The vendor's code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor_code: Option<VendorCode>,
        /// The vendor's message, or why no answer came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The vendor's id of the exchange.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// A later reading through this relay showed the command in another state than before.
    Read {
        /// The number of a cancel of that command.
        cancel: u64,
        /// The command.
        command: String,
        /// Where the vendor says it stands.
        state: CommandState,
    },
    /// Somebody asks for approval of cancels.
    Asked {
        /// The approval's id.
        approval: String,
        /// Who.
        who: String,
        /// At which connection.
        connection: String,
        /// How many cancels. A line for each follows, with what the vendor says of it; they may stand further
        /// down, and at a connection's call for everything more than one.
        targets: usize,
    },
    /// One of the cancels that an approval is asked for.
    Meant {
        /// The approval's id.
        approval: String,
        /// The device.
        device: String,
        /// The command; none: everything that waits there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        /// What it does, by the vendor's word; none where the vendor does not know it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
    /// Somebody decided about it.
    Decided {
        /// The approval's id.
        approval: String,
        /// Who.
        who: String,
        /// What.
        decision: Decision,
    },
    /// The relay ended in good order. Always the last line.
    Sealed {
        /// How many cancels were about to go to a vendor.
        cancels: u64,
        /// How many of each answer came.
        answers: BTreeMap<Answer, u64>,
    },
}

impl Entry {
    /// The first line.
    pub(super) fn header() -> Self {
        Self::Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            countermand: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The word of its `event`.
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
            Self::Sealed { .. } => "sealed",
        }
    }
}

impl countermand_chain::Entry for Entry {
    fn truncated(&self) -> Self {
        let mut entry = self.clone();
        for (text, most) in entry.texts() {
            countermand_chain::truncate(text, most);
        }
        entry
    }
}

impl Entry {
    /// Its texts, and how long each may be.
    fn texts(&mut self) -> Vec<(&mut String, usize)> {
        let named: Vec<&mut String> = match self {
            Self::Answered {
                vendor_code,
                message,
                request_id,
                ..
            } => {
                let code = match vendor_code {
                    Some(VendorCode::Text(text)) => Some(text),
                    _ => None,
                };
                let texts = [message.as_mut(), request_id.as_mut(), code];
                return texts
                    .into_iter()
                    .flatten()
                    .map(|text| (text, MOST))
                    .collect();
            }
            Self::Header { .. } | Self::Unwritten { .. } | Self::Sealed { .. } => Vec::new(),
            Self::SignedIn { who, way } => vec![who, way],
            Self::SignInFailed {
                peer, way, kind, ..
            } => vec![peer, way, kind],
            Self::SignedOut { who } | Self::ForbiddenMore { who, .. } => vec![who],
            Self::Forbidden {
                who,
                connection,
                device,
                command,
                why,
            } => [who, connection, device, why]
                .into_iter()
                .chain(command)
                .collect(),
            Self::Sending {
                who,
                connection,
                device,
                command,
                approval,
                ..
            } => [who, connection, device]
                .into_iter()
                .chain(command)
                .chain(approval)
                .collect(),
            Self::Read { command, .. } => vec![command],
            Self::Asked {
                approval,
                who,
                connection,
                ..
            } => vec![approval, who, connection],
            Self::Meant {
                approval,
                device,
                command,
                kind,
            } => [approval, device]
                .into_iter()
                .chain(command)
                .chain(kind)
                .collect(),
            Self::Decided { approval, who, .. } => vec![approval, who],
        };
        named
            .into_iter()
            .map(|text| (text, MOST_OF_A_NAME))
            .collect()
    }
}
