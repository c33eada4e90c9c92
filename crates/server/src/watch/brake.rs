//! What is done about a surge before a person comes.

use countermand_core_model::Timestamp;
use countermand_transport::BoxFuture;

/// What came of a surge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Braked {
    /// A rule that was signed beforehand allowed it: this run cancels.
    Braked { run: String, rule: String },
    /// No rule in force allows it: a person has to.
    NeedsPerson,
}

/// A surge, as whoever brakes has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrakeOrder {
    pub(crate) connection: String,
    /// The kind, in the provider's word.
    pub(crate) kind: String,
    /// When the earliest command that was found was given, where that is known.
    pub(crate) since: Option<Timestamp>,
}

/// Brakes where a rule allows it.
pub(crate) trait Brake: Send + Sync + 'static {
    /// Presses the brake for a surge, if a rule in force allows it without a person.
    fn press(&self, order: BrakeOrder) -> BoxFuture<'static, Braked>;
}
