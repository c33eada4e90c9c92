//! A command's row.

use countermand_core_model::Command;
use leptos::prelude::*;

use super::{badge::Badge, moment::Moment};
use crate::{
    console::Console,
    state::{
        outcome::{self, Tone},
        problem::vendor_says,
        progress::Live,
        rows::{self, Row},
    },
    text::{self, details, run, table},
};

/// One command: its box, its state, what is known of it, and what became of cancelling it.
#[component]
pub(super) fn CommandRow(
    /// The row.
    row: Row,
) -> impl IntoView {
    let console = Console::shared();
    let Row {
        target,
        command,
        device_name,
    } = row;
    let full = command.device.to_string();
    let short = text::short(&command.device);
    let title = rows::title(&command);
    let why_not = rows::why_not(command.state);
    let box_id = format!("select-{full}-{}", command.id);
    let why_id = format!("why-{full}-{}", command.id);
    let created_id = format!("created-{full}-{}", command.id);
    // Two commands of one kind on one device are told apart by when they were given.
    let described = match why_not {
        Some(_) => format!("{created_id} {why_id}"),
        None => created_id.clone(),
    };
    let is_selected = {
        let target = target.clone();
        Memo::new(move |_| console.is_selected(&target))
    };
    let toggle = {
        let target = target.clone();
        move |event| {
            let on = event_target_checked(&event);
            console
                .selection
                .update(|selection| selection.set(target.clone(), on));
        }
    };
    let live = Memo::new(move |_| {
        console
            .run
            .with(|run| run.as_ref().and_then(|run| run.live(&target).cloned()))
    });
    let open = {
        let command = command.clone();
        move |_| console.details.set(Some(command.clone()))
    };
    let details_id = format!("details-{full}-{}", command.id);
    view! {
        <tr role="row" data-selected=move || is_selected.get().then_some("")>
            <td role="cell" class="select">
                <input
                    type="checkbox"
                    id=box_id
                    aria-label=table::select(&title, &full)
                    aria-describedby=described
                    disabled=why_not.is_some()
                    prop:checked=move || is_selected.get()
                    on:change=toggle
                />
            </td>
            <td role="cell" class="state">{state(console, &command)}</td>
            <td role="cell" class="title">
                <span class="kind">{rows::name(&command).unwrap_or(rows::kind(&command)).to_owned()}</span>
                {rows::name(&command)
                    .is_some()
                    .then(|| view! { <span class="name">{rows::kind(&command).to_owned()}</span> })}
            </td>
            <td role="cell" class="device-cell">
                {device_name.map(|name| view! { <span>{name}</span> })}
                <span class="mono" title=full.clone()>{short}</span>
            </td>
            <td role="cell" class="time" id=created_id data-label=table::column_created()><Moment at=command.created_at/></td>
            <td role="cell" class="time" data-label=table::column_expires()><Moment at=command.expires_at/></td>
            <td role="cell" class="vendor faint" data-label=table::column_vendor()>{command.vendor_state.clone()}</td>
            <td role="cell" class="verdict">
                {move || verdict(live.get())}
                {why_not
                    .map(|why| {
                        view! {
                            <span class="faint" id=why_id hidden=move || live.with(Option::is_some)>{why}</span>
                        }
                    })}
            </td>
            <td role="cell" class="more">
                <button
                    type="button"
                    class="button quiet small"
                    id=details_id
                    aria-label=details::open_of(&title, &full)
                    on:click=open
                >
                    {details::open()}
                </button>
            </td>
        </tr>
    }
}

fn state(console: Console, command: &Command) -> AnyView {
    let (state, expires) = (command.state, command.clone());
    // Only what can still change with time is looked at again and again.
    let past = Memo::new(move |_| rows::is_past(&expires, console.now.get()));
    (move || {
        if past.get() {
            view! { <Badge tone=Tone::Warning word=text::past_validity()/> }.into_any()
        } else {
            view! { <Badge tone=outcome::state_tone(state) word=text::state(state)/> }.into_any()
        }
    })
    .into_any()
}

fn verdict(live: Option<Live>) -> AnyView {
    let word = match live {
        None => return ().into_any(),
        Some(Live::Settled(report)) => {
            let label = outcome::label(&report);
            let why = outcome::explanation(&report);
            return view! {
                <Badge tone=outcome::tone(report.outcome) word=label/>
                <span class="why">{why}</span>
                {vendor_says(&report).map(|said| view! { <span class="why mono">{said}</span> })}
            }
            .into_any();
        }
        Some(Live::Queued) => run::queued(),
        Some(Live::Sending) => run::sending(),
        Some(Live::Verifying) => run::verifying(),
    };
    view! { <span class="busy">{word}</span> }.into_any()
}
