//! Everything that is known of a command, in a dialog at the side.

use std::sync::Arc;

use countermand_console::{
    details::{Fact, facts},
    outcome,
    rows::{title, why_not},
    text::{self, details as words},
};
use countermand_core_model::{Command, RawJson};
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::clipboard,
    views::{
        commands::severity_choice::severity,
        elements::{Badge, Moment, ProblemNotice, modal::Modal},
    },
};

/// All fields, the provider's JSON, and the way to copy it.
#[component]
pub(crate) fn DetailsDialog(command: Arc<Command>) -> impl IntoView {
    let console = Console::shared();
    let close = move || console.details.close();
    let heading = words::heading(&title(&command));
    let body = move || {
        console.details.read.with(|read| match read {
            None => body(
                &command,
                view! { <p class="busy" role="status">{words::reading()}</p> }.into_any(),
                console,
            ),
            Some(Ok(read)) => body(read, json_of(read), console),
            Some(Err(problem)) => body(
                &command,
                view! { <ProblemNotice problem=problem.clone()/> }.into_any(),
                console,
            ),
        })
    };
    view! {
        <Modal id="details-title" title=heading class="dialog sheet" fallback="commands" on_close=close>
            {body}
            <div class="actions">
                <button type="button" class="button primary" autofocus on:click=move |_| close()>{text::close()}</button>
            </div>
        </Modal>
    }
}

/// The facts, as they were read last, and what there is beside them.
fn body(command: &Command, beside: AnyView, console: Console) -> AnyView {
    let copied = RwSignal::new("");
    let list = facts(command, console.table.device_name(&command.device))
        .into_iter()
        .map(|one| fact(one, copied))
        .collect_view();
    let copies = copies(command, console, copied);
    view! {
        <div class="dialog-body">
            <dl class="facts">
                <div>
                    <dt>{words::state()}</dt>
                    <dd>
                        <Badge tone=outcome::state_tone(command.state) word=text::state(command.state)/>
                        {why_not(command.state).map(|why| view! { <span class="why">{why}</span> }.into_any())}
                    </dd>
                </div>
                {severity(command, console)}
                {list}
            </dl>
            <div class="copies">{copies}</div>
            <p role="status" class="hint">{move || copied.get()}</p>
            {beside}
        </div>
    }
    .into_any()
}

fn fact(fact: Fact, copied: RwSignal<&'static str>) -> AnyView {
    let (label, value) = match fact {
        Fact::Text(label, value) => (label, view! { <dd class="mono">{value}</dd> }.into_any()),
        Fact::Id {
            label,
            copy,
            name,
            id,
        } => {
            let name = name.map(|name| view! { <span class="named">{name}</span> });
            let button = copy_button("button quiet small icon", copy, id.clone(), copied);
            (
                label,
                view! { <dd>{name}<span class="mono">{id}</span>{button}</dd> }.into_any(),
            )
        }
        Fact::Time(label, at) => {
            let exact = at.to_string();
            (
                label,
                view! { <dd><Moment at=Some(at) full=true/><span class="mono faint">{exact}</span></dd> }
                    .into_any(),
            )
        }
    };
    view! { <div><dt>{label}</dt>{value}</div> }.into_any()
}

/// The buttons that copy a command line, or the provider's JSON.
fn copies(command: &Command, console: Console, copied: RwSignal<&'static str>) -> AnyView {
    let is_open = why_not(command.state).is_none();
    // What leads through the server uses the page's session, which a command line does not have.
    let is_own = console.connection.relay().is_none();
    let copy = |label, text| copy_button("button small", label, text, copied);
    let line = |cancels: bool| console.connection.command_line(cancels, command);
    let show = is_own.then(|| copy(words::copy_show(), line(false)));
    let cancel = (is_open && is_own).then(|| copy(words::copy_cancel(), line(true)));
    let raw = command.raw.as_ref();
    let raw = raw.map(|raw| copy(words::copy(), raw.pretty()));
    [show, cancel, raw]
        .into_iter()
        .flatten()
        .collect_view()
        .into_any()
}

/// A button that copies a text. As an icon it has its label for those who hear or point at it.
fn copy_button(
    class: &'static str,
    label: &'static str,
    text: String,
    copied: RwSignal<&'static str>,
) -> AnyView {
    let is_icon = class.ends_with("icon");
    view! {
        <button
            type="button"
            class=class
            data-icon=is_icon.then_some("copy")
            aria-label=is_icon.then_some(label)
            title=is_icon.then_some(label)
            on:click=move |_| {
                let text = text.clone();
                // Said again, it is heard again.
                copied.set("");
                leptos::task::spawn_local(async move {
                    let done = clipboard::copy(&text).await;
                    copied.try_set(if done { words::copied() } else { words::not_copied() });
                });
            }
        >
            {(!is_icon).then_some(label)}
        </button>
    }
    .into_any()
}

fn json_of(command: &Command) -> AnyView {
    let request = command
        .request
        .as_ref()
        .map(|request| json(words::request(), request));
    let raw = command.raw.as_ref().map(|raw| json(words::raw(), raw));
    view! { {request} {raw} }.into_any()
}

fn json(heading: &'static str, json: &RawJson) -> AnyView {
    view! {
        <h3>{heading}</h3>
        <pre tabindex="0" role="group" aria-label=heading>{json.pretty()}</pre>
    }
    .into_any()
}
