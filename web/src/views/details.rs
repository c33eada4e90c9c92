//! Everything that is known of a command, in a dialog at the side.

use std::sync::Arc;

use countermand_core_model::{Command, RawJson};
use leptos::prelude::*;

use super::{badge::Badge, modal::Modal, moment::Moment};
use crate::{
    console::Console,
    platform::clipboard,
    state::{
        details::{Fact, facts},
        outcome,
        rows::{title, why_not},
    },
    text::{self, details as words},
};

/// All fields, the vendor's JSON, and the way to copy it.
#[component]
pub(super) fn DetailsDialog(
    /// The command.
    command: Arc<Command>,
) -> impl IntoView {
    let console = Console::shared();
    let close = move || console.details.set(None);
    let heading = words::heading(&title(&command));
    let list = facts(&command)
        .into_iter()
        .map(|fact| match fact {
            Fact::Text(label, value) => {
                view! { <div><dt>{label}</dt><dd class="mono">{value}</dd></div> }.into_any()
            }
            Fact::Time(label, at) => view! {
                <div>
                    <dt>{label}</dt>
                    <dd><Moment at=Some(at) full=true/><span class="mono faint">{at.to_string()}</span></dd>
                </div>
            }
            .into_any(),
        })
        .collect_view();
    let request = command
        .request
        .as_ref()
        .map(|request| json(words::request(), request));
    let raw = command.raw.as_ref().map(|raw| json(words::raw(), raw));
    let copied = RwSignal::new("");
    let copy = command.raw.as_ref().map(|raw| {
        let pretty = raw.pretty();
        view! {
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    let pretty = pretty.clone();
                    leptos::task::spawn_local(async move {
                        let done = clipboard::copy(&pretty).await;
                        copied.try_set(if done { words::copied() } else { words::not_copied() });
                    });
                }
            >
                {words::copy()}
            </button>
        }
    });
    view! {
        <Modal id="details-title" title=heading class="dialog sheet" fallback="commands" on_close=close>
            <div class="dialog-body">
                <dl class="facts">
                    <div>
                        <dt>{words::state()}</dt>
                        <dd>
                            <Badge tone=outcome::state_tone(command.state) word=text::state(command.state)/>
                            {why_not(command.state).map(|why| view! { <span class="why">{why}</span> })}
                        </dd>
                    </div>
                    {list}
                </dl>
                {request}
                {raw}
                <p role="status" class="hint">{move || copied.get()}</p>
            </div>
            <div class="actions">
                <button type="button" class="button primary" autofocus on:click=move |_| close()>{text::close()}</button>
                {copy}
            </div>
        </Modal>
    }
}

fn json(heading: &'static str, json: &RawJson) -> AnyView {
    view! {
        <h3>{heading}</h3>
        <pre tabindex="0" role="group" aria-label=heading>{json.pretty()}</pre>
    }
    .into_any()
}
