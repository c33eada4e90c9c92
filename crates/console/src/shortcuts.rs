//! Which keys give which command: one table, from which the keyboard, the help sheet and the palette are made.

use countermand_core_model::Timestamp;

use crate::text::{about, brake, shortcuts as text, table};

/// A command of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the list of commands.
    Palette,
    /// Shows the shortcuts.
    Help,
    /// Goes to the search among the commands shown.
    Find,
    /// Reads everything again.
    Refresh,
    /// Selects what is shown, or nothing.
    SelectShown,
    /// Opens the review of what is selected.
    CancelSelected,
    /// Opens the brake.
    Brake,
    /// Stops the run.
    Stop,
    /// Goes to the devices.
    GoToDevices,
    /// Goes to the commands.
    GoToCommands,
    /// Goes to the rows of the commands.
    GoToRows,
    /// Selects nothing.
    SelectNone,
    /// Goes to the run.
    GoToRun,
    /// Opens the past runs.
    GoToHistory,
    /// Opens the settings.
    Settings,
    /// The next theme.
    Theme,
    /// Shows what this page was built from.
    About,
    /// Locks.
    Lock,
}

impl Action {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 18] = [
        Self::Palette,
        Self::Find,
        Self::Refresh,
        Self::GoToRows,
        Self::SelectShown,
        Self::SelectNone,
        Self::CancelSelected,
        Self::Brake,
        Self::Stop,
        Self::GoToDevices,
        Self::GoToCommands,
        Self::GoToRun,
        Self::GoToHistory,
        Self::Settings,
        Self::Theme,
        Self::Lock,
        Self::Help,
        Self::About,
    ];

    /// What it does.
    pub fn label(self) -> &'static str {
        match self {
            Self::Palette => text::palette(),
            Self::Help => text::help(),
            Self::Find => text::find(),
            Self::Refresh => text::refresh(),
            Self::SelectShown => text::select_shown(),
            Self::CancelSelected => text::cancel_selected(),
            Self::Brake => brake::open_hint(),
            Self::Stop => text::stop(),
            Self::GoToDevices => text::go_to_devices(),
            Self::GoToCommands => text::go_to_commands(),
            Self::GoToRows => text::go_to_rows(),
            Self::SelectNone => table::clear(),
            Self::GoToRun => text::go_to_run(),
            Self::GoToHistory => text::go_to_history(),
            Self::Settings => text::settings(),
            Self::Theme => text::theme(),
            Self::About => about::title(),
            Self::Lock => text::lock(),
        }
    }

    /// The keys, one after the other; none where it has none. The palette's is pressed with Ctrl or ⌘.
    pub const fn keys(self) -> &'static str {
        match self {
            Self::Palette => "k",
            Self::Help => "?",
            Self::Find => "/",
            Self::Refresh => "r",
            Self::SelectShown => "a",
            Self::CancelSelected => "c",
            Self::Brake => "b",
            Self::Stop => "s",
            Self::GoToDevices => "gd",
            Self::GoToCommands => "gc",
            Self::GoToRows => "↓",
            Self::SelectNone => "⎋",
            Self::GoToRun => "gr",
            Self::GoToHistory => "gh",
            Self::Settings => ",",
            Self::Theme | Self::About => "",
            Self::Lock => "l",
        }
    }

    /// Returns whether it is pressed with Shift: what cannot be undone is not one key away.
    pub const fn with_shift(self) -> bool {
        matches!(self, Self::Lock)
    }

    /// Returns whether its key means something else wherever something has the focus.
    const fn is_for_idle(self) -> bool {
        matches!(self, Self::GoToRows | Self::SelectNone)
    }

    /// Returns whether it is pressed with Ctrl or ⌘.
    pub const fn with_control(self) -> bool {
        matches!(self, Self::Palette)
    }
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// What the browser calls the key.
    pub key: &'a str,
    /// Ctrl or ⌘.
    pub control: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// It is held down, or part of a character that is being composed.
    pub repeated: bool,
    /// The focus is where one types.
    pub typing: bool,
    /// Nothing has the focus that does anything with a key.
    pub idle: bool,
    /// A dialog is open.
    pub in_dialog: bool,
}

/// How long the second key of two may take.
const PATIENCE_MS: i64 = 1_500;

/// What was pressed so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keyboard {
    first: Option<(char, Timestamp)>,
}

impl Keyboard {
    /// Returns the command of this key press, if it has one. `on`: whether single keys give commands.
    pub fn press(&mut self, press: Press<'_>, now: Timestamp, on: bool) -> Option<Action> {
        let first = self
            .first
            .take()
            .filter(|(_, at)| (0..=PATIENCE_MS).contains(&(now.as_millis() - at.as_millis())));
        let mut characters = match press.key {
            "ArrowDown" => "↓",
            "Escape" => "⎋",
            key => key,
        }
        .chars();
        let (Some(key), None) = (characters.next(), characters.next()) else {
            // Shift alone, which a second key may need, is no end of the first.
            if press.key == "Shift" {
                self.first = first;
            }
            return None;
        };
        let key = key.to_ascii_lowercase();
        if press.repeated || press.in_dialog || press.alt {
            return None;
        }
        if press.control {
            return (key == 'k' && !press.shift).then_some(Action::Palette);
        }
        if !on || press.typing {
            return None;
        }
        let mut for_idle = Action::ALL.into_iter().filter(|one| one.is_for_idle());
        if let Some(action) = for_idle.find(|one| one.keys().chars().eq([key])) {
            return (press.idle && !press.shift).then_some(action);
        }
        // A letter with shift is another one; a sign needs it on some keyboards.
        if press.shift && key.is_ascii_alphabetic() {
            let mut shifted = Action::ALL.into_iter().filter(|one| one.with_shift());
            return shifted.find(|one| one.keys().chars().eq([key]));
        }
        let typed: String = first
            .map(|(first, _)| first)
            .into_iter()
            .chain([key])
            .collect();
        let single_keys = || {
            let all = Action::ALL.into_iter();
            all.filter(|one| !one.with_control() && !one.with_shift())
        };
        if let Some(action) = single_keys().find(|one| one.keys() == typed) {
            return Some(action);
        }
        // A second key that goes with no first one counts by itself.
        if let (Some(_), Some(action)) = (
            first,
            single_keys().find(|one| one.keys() == key.to_string()),
        ) {
            return Some(action);
        }
        let begins = single_keys().any(|one| one.keys().len() > 1 && one.keys().starts_with(key));
        self.first = begins.then_some((key, now));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn press(key: &str) -> Press<'_> {
        Press {
            key,
            control: false,
            alt: false,
            shift: false,
            repeated: false,
            typing: false,
            idle: false,
            in_dialog: false,
        }
    }

    #[test]
    fn arrow_and_escape_are_left_to_what_has_the_focus() {
        for (key, action) in [
            ("ArrowDown", Action::GoToRows),
            ("Escape", Action::SelectNone),
        ] {
            let idle = Press {
                idle: true,
                ..press(key)
            };
            assert_eq!(alone(idle), Some(action));
            assert_eq!(alone(press(key)), None);
            for other in [
                Press {
                    shift: true,
                    ..idle
                },
                Press {
                    control: true,
                    ..idle
                },
                Press { alt: true, ..idle },
                Press {
                    in_dialog: true,
                    ..idle
                },
                Press {
                    typing: true,
                    ..idle
                },
            ] {
                assert_eq!(alone(other), None);
            }
            assert_eq!(Keyboard::default().press(idle, at(0), false), None);
        }
    }

    fn alone(press: Press<'_>) -> Option<Action> {
        Keyboard::default().press(press, at(0), true)
    }

    #[test]
    fn each_action_is_given_by_its_keys_and_by_nothing_else() {
        for action in Action::ALL {
            let mut keyboard = Keyboard::default();
            let given: Vec<Option<Action>> = action
                .keys()
                .chars()
                .map(|key| {
                    let key = match key {
                        '↓' => "ArrowDown".to_owned(),
                        '⎋' => "Escape".to_owned(),
                        key => key.to_string(),
                    };
                    let press = Press {
                        idle: true,
                        control: action.with_control(),
                        shift: action.with_shift(),
                        ..press(&key)
                    };
                    keyboard.press(press, at(0), true)
                })
                .collect();
            match given.split_last() {
                None => assert!(matches!(action, Action::Theme | Action::About)),
                Some((last, before)) => {
                    assert_eq!(*last, Some(action));
                    assert!(before.iter().all(Option::is_none), "{action:?}");
                }
            }
        }
        let mut all: Vec<&str> = Action::ALL.map(Action::keys).to_vec();
        all.retain(|keys| !keys.is_empty());
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "two actions have the same keys");
    }

    #[test]
    fn nothing_is_given_where_one_types_or_with_other_keys_held() {
        for change in [
            |press: &mut Press<'_>| press.typing = true,
            |press: &mut Press<'_>| press.in_dialog = true,
            |press: &mut Press<'_>| press.alt = true,
            |press: &mut Press<'_>| press.shift = true,
            |press: &mut Press<'_>| press.control = true,
            |press: &mut Press<'_>| press.repeated = true,
        ] {
            let mut pressed = press("r");
            assert_eq!(alone(pressed), Some(Action::Refresh));
            change(&mut pressed);
            assert_eq!(alone(pressed), None, "{pressed:?}");
        }
        for key in ["Enter", "Tab", "F5", "", "é", "Dead"] {
            assert_eq!(alone(press(key)), None, "{key}");
        }
    }

    #[test]
    fn switched_off_only_the_palette_is_left() {
        for action in Action::ALL {
            let mut keyboard = Keyboard::default();
            for key in action.keys().chars() {
                let key = key.to_string();
                assert_eq!(keyboard.press(press(&key), at(0), false), None);
            }
        }
        let palette = Press {
            control: true,
            typing: true,
            ..press("k")
        };
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.press(palette, at(0), false), Some(Action::Palette));
    }

    #[test]
    fn signs_may_need_shift_and_caps_lock_does_not_matter() {
        let help = Press {
            shift: true,
            ..press("?")
        };
        assert_eq!(alone(help), Some(Action::Help));
        assert_eq!(alone(press("R")), Some(Action::Refresh));
        for key in ["l", "L"] {
            assert_eq!(alone(press(key)), None, "one key alone does not lock");
        }
        let lock = Press {
            shift: true,
            ..press("L")
        };
        assert_eq!(alone(lock), Some(Action::Lock));
        let typed = Press {
            typing: true,
            ..lock
        };
        assert_eq!(alone(typed), None);
    }

    #[test]
    fn a_second_key_comes_soon_or_counts_by_itself() {
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.press(press("g"), at(0), true), None);
        assert_eq!(
            keyboard.press(press("d"), at(1), true),
            Some(Action::GoToDevices)
        );
        assert_eq!(keyboard.press(press("g"), at(2), true), None);
        assert_eq!(keyboard.press(press("d"), at(4), true), None);
        assert_eq!(keyboard.press(press("g"), at(5), true), None);
        assert_eq!(
            keyboard.press(press("r"), at(9), true),
            Some(Action::Refresh)
        );
        assert_eq!(keyboard.press(press("g"), at(10), true), None);
        assert_eq!(
            keyboard.press(press("s"), at(10), true),
            Some(Action::Stop),
            "no two keys begin so"
        );
        assert_eq!(keyboard.press(press("g"), at(11), true), None);
        assert_eq!(keyboard.press(press("Shift"), at(11), true), None);
        assert_eq!(
            keyboard.press(press("h"), at(11), true),
            Some(Action::GoToHistory)
        );
    }
}
