//! Cancelling everything that waits: on every chosen device, and in the whole organization.

use countermand_console::{
    review::OrgScan,
    text::{self, devices as devices_text, everywhere as words},
};
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{elements::ProblemNotice, elements::modal::Modal},
};

/// So many chosen devices with something waiting make one button for all of them worth its room.
const SEVERAL: usize = 2;

/// The two ways that mean more than one device, folded away: they are seldom wanted.
pub(crate) fn everywhere(console: Console) -> AnyView {
    if !console.connection.may_cancel() {
        return ().into_any();
    }
    let waiting = Memo::new(move |_| {
        console.table.fleet.with(|fleet| {
            let devices = fleet.devices();
            devices.filter(|(device, _)| device.waiting() > 0).count()
        })
    });
    let chosen = Memo::new(move |_| {
        console
            .table
            .fleet
            .with(countermand_console::fleet::Fleet::len)
    });
    let several = Memo::new(move |_| waiting.get() > 0 && chosen.get() >= SEVERAL);
    view! {
        <details class="everywhere">
            <summary>{words::more()}</summary>
            <div class="everywhere-actions">
                {move || {
                    several
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button danger-quiet small"
                                    id="everything-chosen"
                                    disabled=move || console.run.is_active()
                                    on:click=move |_| console.review.open_all_devices()
                                >
                                    {move || words::on_chosen(chosen.get())}
                                </button>
                            }
                        })
                }}
                <button
                    type="button"
                    class="button danger-quiet small"
                    id="everything-organization"
                    disabled=move || console.run.is_active()
                    on:click=move |_| console.review.open_organization()
                >
                    {words::in_organisation()}
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// While the provider's list of devices is read, and if it cannot be.
#[component]
pub(crate) fn OrgScanDialog() -> impl IntoView {
    let console = Console::shared();
    let close = move || console.review.close_org_scan();
    let body = move || {
        match console.review.org_scan.get() {
        None => ().into_any(),
        Some(OrgScan::Listing) => {
            view! { <p class="busy" role="status">{devices_text::loading()}</p> }.into_any()
        }
        Some(OrgScan::NoDevices) => {
            view! { <p class="notice" data-tone="quiet" role="status">{devices_text::empty()}</p> }
                .into_any()
        }
        Some(OrgScan::Failed(problem)) => view! {
            <ProblemNotice problem/>
            <button type="button" class="button" on:click=move |_| console.review.open_organization()>
                {text::try_again()}
            </button>
        }
        .into_any(),
    }
    };
    view! {
        <Modal
            id="everywhere-title"
            title=words::title().to_owned()
            class="dialog"
            fallback="everything-organization"
            on_close=close
        >
            <div class="dialog-body">{body}</div>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| close()>{words::keep()}</button>
            </div>
        </Modal>
    }
}
