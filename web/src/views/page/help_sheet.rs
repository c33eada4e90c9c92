//! The shortcuts, all of them.

use countermand_console::{
    shortcuts::Action,
    text::{self as texts, shortcuts as text},
};
use leptos::prelude::*;

use crate::{
    console::{actions::Actions, preferences::Preferences},
    platform::appearance,
    views::elements::modal::Modal,
};

/// A dialog with a table of them.
#[component]
pub(crate) fn HelpSheet() -> impl IntoView {
    let actions = Actions::shared();
    let close = move || actions.help.close();
    let rows = Action::ALL
        .into_iter()
        .filter(|action| !action.keys().is_empty() && actions.is_offered(*action))
        .map(|action| {
            view! {
                <div>
                    <dt>{action.label()}</dt>
                    <dd>{keys(action)}</dd>
                </div>
            }
        })
        .collect_view();
    let off = Preferences::shared()
        .settings
        .with_untracked(|settings| !settings.shortcuts)
        .then(|| view! { <p class="notice" data-tone="quiet">{text::off()}</p> });
    view! {
        <Modal id="help-title" title=text::help_title().to_owned() class="dialog help" fallback="content" on_close=close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="help-title">
                {off}
                <dl class="shortcuts">{rows}</dl>
                <p class="hint">{text::help_hint()}</p>
            </div>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| close()>{texts::close()}</button>
            </div>
        </Modal>
    }
    .into_any()
}

/// Each key of the action by itself; nothing where it has none.
pub(crate) fn keys(action: Action) -> AnyView {
    let control = action.with_control().then(|| {
        if appearance::has_command_key() {
            "⌘"
        } else {
            "Ctrl"
        }
    });
    let shift = action.with_shift().then(|| view! { <kbd>"Shift"</kbd> });
    let keys = action.keys().chars().map(|key| {
        let said = match key {
            '⎋' => "Esc".to_owned(),
            key => key.to_ascii_uppercase().to_string(),
        };
        view! { <kbd>{said}</kbd> }
    });
    view! {
        <span class="keys">{control.map(|control| view! { <kbd>{control}</kbd> })} {shift} {keys.collect_view()}</span>
    }
    .into_any()
}
