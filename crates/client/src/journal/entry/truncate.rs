//! Keeps lines readable: a provider's text may be of any length, a line may not.

use countermand_core_model::{ProviderCode, ProviderDetail};

use super::Entry;

/// The most bytes of a text in a truncated line: enough to recognise it.
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
    /// Returns the texts that come from a provider.
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::Target {
                kind, name, detail, ..
            } => [kind, name]
                .into_iter()
                .flatten()
                .chain(texts(detail))
                .collect(),
            Self::Answered { answer, .. } | Self::AnsweredEverything { answer, .. } => {
                texts(&mut answer.detail).collect()
            }
            Self::Seen { detail, .. } | Self::Settled { detail, .. } => texts(detail).collect(),
            Self::Unlisted { message, .. } => vec![message],
            _ => Vec::new(),
        }
    }
}

fn texts(detail: &mut ProviderDetail) -> impl Iterator<Item = &mut String> {
    let code = match &mut detail.code {
        Some(ProviderCode::Text(text)) => Some(text),
        _ => None,
    };
    let texts = [&mut detail.message, &mut detail.request_id];
    code.into_iter().chain(texts.into_iter().flatten())
}
