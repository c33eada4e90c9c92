//! The frame of the page: what is there whether a connection is open or not.

pub(crate) mod about;
pub(crate) mod connectivity_banner;
pub(crate) mod help_sheet;
pub(crate) mod language;
pub(crate) mod lock_dialog;
pub(crate) mod palette;
pub(crate) mod settings;
pub(crate) mod shortcut_keys;
pub(crate) mod switcher;
