//! What a provider says when it takes a cancel.

use crate::{Command, ProviderDetail};

/// The provider took a cancel. That is no proof that anything is cancelled: only reading again tells.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CancelAnswer {
    /// The commands that the answer names, with the state it gives them; often the state before.
    pub commands: Vec<Command>,
    /// The provider's message and request id.
    pub word: ProviderDetail,
}

impl CancelAnswer {
    /// An answer that names these commands.
    pub fn new(commands: Vec<Command>, word: ProviderDetail) -> Self {
        Self { commands, word }
    }
}
