//! What a person calls commands like one of them: how grave it is if they run.

use countermand_console::{
    kind_severity::{self, level_name},
    text::{severity as words, table},
};
use countermand_core_model::{Command, SeverityLevel};
use leptos::prelude::*;

use crate::{
    console::{Console, preferences::Preferences},
    views::elements::Badge,
};

/// The severity of a command, and the choice of another for all that are called like it.
pub(super) fn severity(command: &Command, console: Console) -> AnyView {
    let preferences = Preferences::shared();
    let (kind, name) = (command.kind.clone(), command.name.clone());
    let badge = move || {
        let own = preferences.settings.read().severity_rules.clone();
        let rules = own.beside(console.connection.severity_rules_of_server());
        let level = rules.of_command(&kind, name.as_deref()).level();
        view! { <Badge tone=kind_severity::tone(level) word=level_name(level)/> }
    };
    view! {
        <div>
            <dt>{table::column_severity()}</dt>
            <dd class="own-severity">{badge} {choice(command, console)}</dd>
        </div>
    }
    .into_any()
}

fn choice(command: &Command, console: Console) -> Option<AnyView> {
    let others = console.connection.severity_rules_of_server();
    let (word, levels) = kind_severity::choice(&command.kind, command.name.as_deref(), &others)?;
    let preferences = Preferences::shared();
    let (word, said) = (word.to_owned(), word.to_owned());
    let said = move || {
        preferences
            .settings
            .with(|settings| settings.severity_rules.level_of(&said))
    };
    let said = Memo::new(move |_| said());
    let option = |level: Option<SeverityLevel>| {
        let value = level.map_or("", SeverityLevel::as_str);
        let label = level.map_or_else(words::by_name, level_name);
        view! { <option value=value selected=move || said.get() == level>{label}</option> }
    };
    let levels = levels.into_iter().map(Some);
    let options = [None].into_iter().chain(levels).map(option).collect_view();
    let (label, hint) = (words::called(&word), words::hint(&word));
    Some(
        view! {
            <select
                id="details-severity"
                aria-label=label
                aria-describedby="details-severity-hint"
                on:change=move |event| {
                    let level = SeverityLevel::parse(&event_target_value(&event));
                    preferences.grade(&word, level);
                }
            >
                {options}
            </select>
            <p class="hint" id="details-severity-hint">{hint}</p>
        }
        .into_any(),
    )
}
