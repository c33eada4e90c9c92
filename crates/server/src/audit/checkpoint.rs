//! Checkpoints: how long the audit is and how it ends, signed. The form is that of
//! <https://c2sp.org/tlog-checkpoint>, with the hash of the last line in the place of a tree's.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use countermand_chain::Link;
use countermand_core_model::Timestamp;

use super::signed_note::SignedNote;

/// How the audit was when somebody signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// Whose audit it is: the name of the key.
    pub origin: String,
    /// How many lines it had.
    pub lines: u64,
    /// The hash of the last one.
    pub last: Link,
    /// When that was, where it says so.
    pub at: Option<Timestamp>,
}

impl Checkpoint {
    /// Reads the text of a note. `None` where it is not that of a checkpoint.
    pub fn parse(note: &SignedNote<'_>) -> Option<Self> {
        let mut lines = note.text().lines();
        let origin = lines.next().filter(|origin| !origin.is_empty())?;
        let count = lines.next()?;
        let hash = BASE64.decode(lines.next()?).ok()?;
        let read = Self {
            origin: origin.to_owned(),
            lines: count.parse().ok()?,
            last: Link::from_bytes(&hash.try_into().ok()?),
            at: lines.next().and_then(Timestamp::parse_rfc3339),
        };
        // A number has one form.
        (read.lines.to_string() == count).then_some(read)
    }
}

/// The text of the note.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = BASE64.encode(self.last.to_bytes());
        writeln!(f, "{}\n{}\n{hash}", self.origin, self.lines)?;
        match self.at {
            Some(at) => writeln!(f, "{at}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::signed_note::NoteSigner;

    #[test]
    fn what_was_written_is_read() {
        let signer = NoteSigner::generate("countermand.example/audit").unwrap();
        for at in [None, Timestamp::from_millis(1_790_000_000_000)] {
            let checkpoint = Checkpoint {
                origin: signer.public().name().to_owned(),
                lines: 4_711,
                last: Link::of(b"a line"),
                at,
            };
            let note = signer.sign(&checkpoint.to_string());
            let note = SignedNote::parse(&note).unwrap();
            assert_eq!(Checkpoint::parse(&note), Some(checkpoint));
        }
        for text in ["x\n", "x\n1\n", "x\n01\nAAAA\n", "x\n1\nAAAA\n", "\n1\n\n"] {
            let note = signer.sign(text);
            assert_eq!(
                Checkpoint::parse(&SignedNote::parse(&note).unwrap()),
                None,
                "{text:?}"
            );
        }
    }
}
