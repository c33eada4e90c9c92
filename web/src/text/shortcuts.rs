//! Shortcuts and the palette.

pub use super::catalogue::shortcuts::*;
use crate::state::shortcuts::Action;

/// What an action does.
pub fn label(action: Action) -> &'static str {
    match action {
        Action::Palette => palette(),
        Action::Help => help(),
        Action::Find => find(),
        Action::Refresh => refresh(),
        Action::SelectShown => select_shown(),
        Action::CancelSelected => cancel_selected(),
        Action::Stop => stop(),
        Action::GoToDevices => go_to_devices(),
        Action::GoToCommands => go_to_commands(),
        Action::GoToRun => go_to_run(),
        Action::GoToHistory => go_to_history(),
        Action::Settings => settings(),
        Action::Theme => theme(),
        Action::About => super::catalogue::about::title(),
        Action::Lock => lock(),
    }
}
