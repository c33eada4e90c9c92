//! Where results come from, and which of them are shown.

use countermand_console::results::ResultFilter;
use leptos::prelude::*;

use crate::console::{Console, run::RunRows};

/// Where the rows come from.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) rows: RunRows,
    /// The open connection, where something can be done about them.
    pub(crate) console: Option<Console>,
    /// Who knows the devices' names.
    pub(crate) names: Option<Console>,
}

/// Which rows are shown, and from where on.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) filter: RwSignal<ResultFilter>,
    pub(super) first: RwSignal<usize>,
}
