//! Doing what a shortcut or the palette asks for.

use countermand_console::{
    run_status::RunStatus,
    shortcuts::{Action, Keyboard},
};
use leptos::prelude::*;

use super::{
    Console,
    connection_session::{ConnectionSession, Leaving},
    connectivity::Connectivity,
    preferences::Preferences,
    store_signal::StoreSignal,
};
use crate::platform::{clock, focus, keyboard};

/// A dialog of the page, open or not. Copies are the same dialog.
#[derive(Clone, Copy)]
pub struct PageDialog(StoreSignal<bool>);

impl PageDialog {
    fn closed() -> Self {
        Self(StoreSignal::new(false))
    }

    /// Returns whether it is open. Tracked.
    pub fn is_open(self) -> bool {
        self.0.get()
    }

    pub fn open(self) {
        self.0.set(true);
    }

    pub fn close(self) {
        self.0.set(false);
    }
}

/// The actions of the page, and the dialogs that they open. Copies are the same.
#[derive(Clone, Copy)]
pub struct Actions {
    session: ConnectionSession,
    preferences: Preferences,
    connectivity: Connectivity,
    /// The list of actions.
    pub palette: PageDialog,
    /// The shortcuts.
    pub help: PageDialog,
    /// What this page was built from.
    pub about: PageDialog,
    /// The past runs.
    pub history: PageDialog,
}

impl Actions {
    /// Listens to the keyboard from now on.
    pub fn new(
        session: ConnectionSession,
        preferences: Preferences,
        connectivity: Connectivity,
    ) -> Self {
        let this = Self {
            session,
            preferences,
            connectivity,
            palette: PageDialog::closed(),
            help: PageDialog::closed(),
            about: PageDialog::closed(),
            history: PageDialog::closed(),
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

    pub fn shared() -> Self {
        expect_context()
    }

    /// Does an action. Returns false where it cannot be done now.
    pub fn run(self, action: Action) -> bool {
        if !self.is_available(action) {
            return false;
        }
        let console = self.session.console.get_untracked();
        let with = |act: fn(Console)| {
            if let Some(console) = console {
                act(console);
            }
        };
        match action {
            Action::Palette => self.palette.open(),
            Action::Help => self.help.open(),
            Action::About => self.about.open(),
            Action::Settings => {
                keyboard::click("open-settings");
            }
            Action::Theme => self
                .preferences
                .change(|settings| settings.theme = settings.theme.next()),
            Action::Lock => self.session.leave(Leaving::Lock),
            Action::Refresh => with(|console| console.reader.refresh()),
            Action::Brake => self.session.brake(),
            Action::Stop => with(Console::stop_run),
            Action::CancelSelected => with(|console| console.review.open_selected()),
            Action::SelectShown => {
                keyboard::click(SELECT_SHOWN);
            }
            Action::GoToHistory => self.history.open(),
            Action::Find => focus::by_id(FIND),
            Action::GoToDevices => focus::reveal(DEVICES),
            Action::GoToCommands => focus::by_id(COMMANDS),
            Action::GoToRows => focus::first_row(),
            Action::SelectNone => with(|console| console.table.select_none()),
            Action::GoToRun => focus::by_id(RUN),
        }
        true
    }

    /// Returns whether this person has such an action: a viewer has nothing to select, to cancel or to stop.
    pub fn is_offered(self, action: Action) -> bool {
        let cancels = matches!(
            action,
            Action::CancelSelected
                | Action::Brake
                | Action::SelectShown
                | Action::SelectNone
                | Action::Stop
                | Action::GoToRun
        );
        let console = self.session.console.get_untracked();
        !cancels || console.is_none_or(|console| console.connection.may_cancel())
    }

    /// Returns whether an action can be done now.
    pub fn is_available(self, action: Action) -> bool {
        if !self.is_offered(action) {
            return false;
        }
        let console = self.session.console.get_untracked();
        match action {
            Action::Palette
            | Action::Help
            | Action::About
            | Action::Settings
            | Action::Theme
            | Action::Brake
            | Action::GoToHistory => true,
            Action::Lock => console.is_some(),
            Action::Refresh => console.is_some() && !self.connectivity.is_offline_now(),
            Action::CancelSelected => console.is_some() && keyboard::can_click("cancel-selected"),
            Action::SelectNone => console.is_some_and(|console| {
                let selection = console.table.selection;
                selection.with_untracked(|selection| !selection.is_empty())
            }),
            Action::GoToRows => focus::has_rows(),
            Action::Stop => {
                console.is_some_and(|console| console.run.status.look_untracked(RunStatus::goes_on))
            }
            Action::SelectShown => keyboard::can_click(SELECT_SHOWN),
            Action::Find => keyboard::can_click(FIND),
            Action::GoToDevices => keyboard::can_click(DEVICES),
            Action::GoToCommands => keyboard::can_click(COMMANDS),
            Action::GoToRun => keyboard::can_click(RUN),
        }
    }
}

/// The ids of the elements that the actions focus or click.
const SELECT_SHOWN: &str = "select-all";
/// The field for the text that commands are searched for.
pub const FIND: &str = "filter-text";
const DEVICES: &str = "device-box";
/// The heading of the commands.
pub const COMMANDS: &str = "commands";
const RUN: &str = "run-heading";
