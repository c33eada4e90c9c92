//! The brake: a wrong command, stopped on all devices.

pub(crate) mod alarm;
mod confirm;
pub(crate) mod entry;
pub(crate) mod panel;
pub(crate) mod rules;
mod what;

use countermand_console::text::brake as words;
use leptos::prelude::*;

use self::{confirm::confirm, what::what};
use crate::{
    console::{Console, brake::Screen},
    views::elements::modal::Modal,
};

/// Two screens: what is to be stopped, and whether that is meant.
#[component]
pub(crate) fn BrakeDialog() -> impl IntoView {
    let console = Console::shared();
    let screen = console.brake.screen;
    let is_asking = Memo::new(move |_| screen.get() == Some(Screen::Confirm));
    let title = Signal::derive(move || {
        let title = match is_asking.get() {
            true => words::confirm_title(),
            false => words::title(),
        };
        title.to_owned()
    });
    let close = move || match screen.get_untracked() {
        Some(Screen::Confirm) => console.brake.back(),
        _ => console.brake.close(),
    };
    view! {
        <Modal id="brake-title" title=title class="dialog brake" fallback="brake-open" on_close=close>
            {move || if is_asking.get() { confirm(console) } else { what(console) }}
        </Modal>
    }
}
