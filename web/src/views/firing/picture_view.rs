//! What the section shows.

use countermand_console::timeline::Wanted;
use countermand_core_model::Timestamp;
use leptos::prelude::*;

/// What the section shows. Copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct PictureView {
    /// Which picture is wanted.
    pub(crate) wanted: RwSignal<Wanted>,
    /// The time. It moves every second while the page is visible.
    pub(crate) now: RwSignal<Timestamp>,
}
