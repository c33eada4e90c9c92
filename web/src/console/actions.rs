//! Doing what a shortcut or the palette asks for.

use countermand_console::shortcuts::{Action, Keyboard};
use leptos::prelude::*;

use super::{
    Console,
    door::{Door, Leaving},
    network::Network,
    preferences::Preferences,
};
use crate::platform::{clock, focus, keyboard};

/// What the actions work upon. Copies are the same.
#[derive(Clone, Copy)]
pub struct Actions {
    door: Door,
    preferences: Preferences,
    network: Network,
    /// Is the palette open?
    pub palette: RwSignal<bool>,
    /// Is the help sheet open?
    pub help: RwSignal<bool>,
    /// Is it shown what this page was built from?
    pub about: RwSignal<bool>,
    /// Are the past runs shown?
    pub history: RwSignal<bool>,
}

impl Actions {
    /// Listens to the keyboard from now on.
    pub fn new(door: Door, preferences: Preferences, network: Network) -> Self {
        let this = Self {
            door,
            preferences,
            network,
            palette: RwSignal::new(false),
            help: RwSignal::new(false),
            about: RwSignal::new(false),
            history: RwSignal::new(false),
        };
        let typed = StoredValue::new(Keyboard::default());
        keyboard::watch(move |press| {
            let on = preferences.settings.with_untracked(|now| now.shortcuts);
            let mut now_typed = typed.get_value();
            let action = now_typed.press(press, clock::now(), on);
            typed.set_value(now_typed);
            action.is_some_and(|action| this.run(action))
        });
        this
    }

    /// The ones of this page.
    pub fn shared() -> Self {
        expect_context()
    }

    /// Does it; false where it cannot be done now.
    pub fn run(self, action: Action) -> bool {
        if !self.is_available(action) {
            return false;
        }
        let console = self.door.console.get_untracked();
        let with = |act: fn(Console)| {
            if let Some(console) = console {
                act(console);
            }
        };
        match action {
            Action::Palette => self.palette.set(true),
            Action::Help => self.help.set(true),
            Action::About => self.about.set(true),
            Action::Settings => {
                keyboard::click("open-settings");
            }
            Action::Theme => self
                .preferences
                .change(|settings| settings.theme = settings.theme.next()),
            Action::Lock => self.door.leave(Leaving::Lock),
            Action::Refresh => with(Console::refresh),
            Action::Stop => with(Console::stop),
            Action::CancelSelected => with(Console::review_selected),
            Action::SelectShown => {
                keyboard::click(SELECT_SHOWN);
            }
            Action::GoToHistory => self.history.set(true),
            Action::Find => focus::by_id(FIND),
            Action::GoToDevices => focus::by_id(DEVICES),
            Action::GoToCommands => focus::by_id(COMMANDS),
            Action::GoToRun => focus::by_id(RUN),
        }
        true
    }

    /// Is there such a thing for this person? Who only reads has nothing to select, to cancel or to stop.
    pub fn is_offered(self, action: Action) -> bool {
        let cancels = matches!(
            action,
            Action::CancelSelected | Action::SelectShown | Action::Stop | Action::GoToRun
        );
        let console = self.door.console.get_untracked();
        !cancels || console.is_none_or(Console::may_cancel)
    }

    /// Can it be done now?
    pub fn is_available(self, action: Action) -> bool {
        if !self.is_offered(action) {
            return false;
        }
        let console = self.door.console.get_untracked();
        match action {
            Action::Palette
            | Action::Help
            | Action::About
            | Action::Settings
            | Action::Theme
            | Action::GoToHistory => true,
            Action::Lock => console.is_some(),
            Action::Refresh => console.is_some() && !self.network.is_offline_now(),
            Action::CancelSelected => console.is_some() && keyboard::can_click("cancel-selected"),
            Action::Stop => self.door.run_goes_on.get_untracked(),
            Action::SelectShown => keyboard::can_click(SELECT_SHOWN),
            Action::Find => keyboard::can_click(FIND),
            Action::GoToDevices => keyboard::can_click(DEVICES),
            Action::GoToCommands => keyboard::can_click(COMMANDS),
            Action::GoToRun => keyboard::can_click(RUN),
        }
    }
}

/// The ids of what the actions go to or press, wherever it stands.
const SELECT_SHOWN: &str = "select-all";
/// The field with the text that commands are found by.
pub const FIND: &str = "filter-text";
const DEVICES: &str = "device-box";
/// The heading of the commands.
pub const COMMANDS: &str = "commands";
const RUN: &str = "run-heading";
