//! Keeping lines readable: a vendor's text may be of any length, a line may not.

use countermand_core_model::VendorCode;

use super::Entry;

/// So many bytes of a text are enough to recognise it.
const MOST: usize = 16 << 10;

impl countermand_chain::Entry for Entry {
    fn truncated(&self) -> Self {
        let mut entry = self.clone();
        for text in entry.texts() {
            countermand_chain::truncate(text, MOST);
        }
        entry
    }
}

impl Entry {
    /// The texts that are a vendor's.
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::Target {
                kind,
                name,
                vendor_code,
                message,
                request_id,
                ..
            } => {
                let texts = [kind, name, message, request_id].into_iter().flatten();
                texts.chain(code(vendor_code)).collect()
            }
            Self::Answered {
                vendor_code,
                message,
                request_id,
                ..
            }
            | Self::AnsweredEverything {
                vendor_code,
                message,
                request_id,
                ..
            }
            | Self::Seen {
                vendor_code,
                message,
                request_id,
                ..
            }
            | Self::Settled {
                vendor_code,
                message,
                request_id,
                ..
            } => {
                let texts = [message, request_id].into_iter().flatten();
                texts.chain(code(vendor_code)).collect()
            }
            Self::Unlisted { message, .. } => vec![message],
            _ => Vec::new(),
        }
    }
}

fn code(code: &mut Option<VendorCode>) -> Option<&mut String> {
    match code {
        Some(VendorCode::Text(text)) => Some(text),
        _ => None,
    }
}
