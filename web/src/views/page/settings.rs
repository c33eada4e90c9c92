//! The settings, in a popover of the page's head.

use countermand_console::{
    kind_severity::{level_name, tone},
    settings::{Density, Theme},
    text::{about as about_text, settings as text, severity, shortcuts as shortcut_text},
};
use countermand_core_model::SeverityLevel;
use leptos::prelude::*;

use crate::{
    console::{actions::Actions, preferences::Preferences},
    views::{
        elements::Badge,
        page::language::{self, in_language},
    },
};

/// The button that opens them, and they.
#[component]
pub(crate) fn SettingsButton() -> impl IntoView {
    view! {
        {in_language(button)}
        <div id="settings" class="popover" popover="auto" role="dialog" aria-labelledby="settings-title">
            {in_language(choices)}
        </div>
    }
    .into_any()
}

fn button() -> AnyView {
    view! {
        <button type="button" class="button quiet icon" data-icon="gear" id="open-settings" popovertarget="settings" aria-label=text::title() title=text::title()></button>
    }
    .into_any()
}

// The popover itself stays: drawn anew, it would close over the language that was just chosen in it.
fn choices() -> AnyView {
    let actions = Actions::shared();
    view! {
        <h2 id="settings-title">{text::title()}</h2>
        {language::choice()}
        {theme()}
        {density()}
        {shortcuts()}
        {severities()}
        <p class="hint">{text::kept()}</p>
        <div class="actions">
            <button
                type="button"
                class="button small"
                popovertarget="settings"
                popovertargetaction="hide"
                on:click=move |_| actions.help.open()
            >
                {shortcut_text::help()}
            </button>
            <button
                type="button"
                class="button small"
                popovertarget="settings"
                popovertargetaction="hide"
                on:click=move |_| actions.about.open()
            >
                {about_text::title()}
            </button>
        </div>
    }
    .into_any()
}

fn theme() -> AnyView {
    let preferences = Preferences::shared();
    let choices = Theme::ALL
        .map(|theme| {
            choice(
                "theme",
                theme.as_str(),
                theme.name(),
                Signal::derive(move || preferences.settings.with(|now| now.theme == theme)),
                move || preferences.change(|settings| settings.theme = theme),
            )
        })
        .collect_view();
    segments(text::theme(), choices.into_any())
}

fn density() -> AnyView {
    let preferences = Preferences::shared();
    let choices = Density::ALL
        .map(|density| {
            choice(
                "density",
                density.as_str(),
                density.name(),
                Signal::derive(move || preferences.settings.with(|now| now.density == density)),
                move || preferences.change(|settings| settings.density = density),
            )
        })
        .collect_view();
    segments(text::density(), choices.into_any())
}

fn shortcuts() -> AnyView {
    let preferences = Preferences::shared();
    view! {
        <label class="check">
            <input
                type="checkbox"
                id="shortcuts-on"
                aria-describedby="shortcuts-hint"
                prop:checked=move || preferences.settings.with(|now| now.shortcuts)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    preferences.change(|settings| settings.shortcuts = on);
                }
            />
            {text::shortcuts()}
        </label>
        <p class="hint" id="shortcuts-hint">{text::shortcuts_hint()}</p>
    }
    .into_any()
}

/// What this person calls commands, each to be taken back.
fn severities() -> AnyView {
    let preferences = Preferences::shared();
    let rules = Memo::new(move |_| preferences.settings.with(|now| now.severity_rules.clone()));
    let list = move || {
        let rules = rules.get();
        let item = |(word, level): (&str, SeverityLevel)| {
            let label = severity::forget(word);
            let word = word.to_owned();
            view! {
                <li>
                    <span class="wide">{word.clone()}</span>
                    <Badge tone=tone(level) word=level_name(level)/>
                    <button
                        type="button"
                        class="button quiet small icon"
                        data-icon="cross"
                        aria-label=label.clone()
                        title=label
                        on:click=move |_| preferences.grade(&word, None)
                    ></button>
                </li>
            }
        };
        (!rules.is_empty()).then(|| {
            let items = rules.iter().map(item).collect_view();
            view! {
                <h3 id="own-severities">{severity::yours()}</h3>
                <ul class="own-severities" aria-labelledby="own-severities">{items}</ul>
            }
        })
    };
    list.into_any()
}

fn segments(legend: &'static str, choices: AnyView) -> AnyView {
    view! {
        <fieldset class="segments">
            <legend>{legend}</legend>
            <div>{choices}</div>
        </fieldset>
    }
    .into_any()
}

fn choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label>
            <input type="radio" name=name value=value prop:checked=chosen on:change=move |_| choose()/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}
