//! What checkpoints and the removal of old lines need.

use std::{path::PathBuf, sync::Mutex, time::Duration};

use countermand_store::Store;

use super::signed_note::NoteSigner;
use crate::notices::Notices;

/// What keeps an audit in the store honest and short.
#[derive(Debug)]
pub(super) struct Upkeep {
    pub(super) store: Store,
    pub(super) signer: NoteSigner,
    /// Where checkpoints are kept apart from the store.
    pub(super) file: Option<PathBuf>,
    /// Tell of them.
    pub(super) notices: Notices,
    /// For how many days lines are kept.
    pub(super) keep_days: Option<u32>,
    /// How often one is signed.
    pub(super) every: Duration,
    /// When one was signed last, by the timer's clock.
    pub(super) signed: Mutex<Option<Duration>>,
}
