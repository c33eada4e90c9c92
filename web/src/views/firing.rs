//! What fires next.

pub(crate) mod figure;
pub(crate) mod next_list;
pub(crate) mod section;

use countermand_console::timeline::Wanted;
use countermand_core_model::Timestamp;
use leptos::prelude::*;

/// What the section shows. Copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct PictureView {
    pub(crate) wanted: RwSignal<Wanted>,
    /// The time. It moves every second while the page is visible.
    pub(crate) now: RwSignal<Timestamp>,
}
