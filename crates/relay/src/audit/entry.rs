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
        /// `role` or `approval`.
        why: String,
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
        /// How many lines with what is meant follow.
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
    fn clipped(&self) -> Self {
        let mut entry = self.clone();
        if let Self::Answered {
            vendor_code,
            message,
            request_id,
            ..
        } = &mut entry
        {
            let code = match vendor_code {
                Some(VendorCode::Text(text)) => Some(text),
                _ => None,
            };
            for text in [message.as_mut(), request_id.as_mut(), code]
                .into_iter()
                .flatten()
            {
                countermand_chain::clip(text, MOST);
            }
        }
        entry
    }
}
