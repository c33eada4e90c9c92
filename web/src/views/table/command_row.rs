//! A command's row.

use std::cell::RefCell;

use countermand_core_model::{CommandTarget, Timestamp};
use countermand_table::{Row, RowId};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    dom::{child, element, mark, set, write},
    window::Rows,
};
use crate::{
    console::Console,
    platform::intl,
    state::{
        outcome::{self, Tone},
        page::Page,
        problem::vendor_says,
        progress::Live,
        rows,
    },
    text::{self, details, run, table},
};

/// The rows of the table of commands.
pub(super) struct CommandRows(pub(super) Console);

/// The parts of a row that are written again and again.
pub(super) struct Parts {
    row: HtmlElement,
    /// The command that is drawn.
    drawn: RefCell<Option<(RowId, CommandTarget)>>,
    pub(super) select: HtmlInputElement,
    badge: HtmlElement,
    title: HtmlElement,
    kind: HtmlElement,
    device: HtmlElement,
    reference: HtmlElement,
    created: HtmlElement,
    expires: HtmlElement,
    vendor: HtmlElement,
    id: HtmlElement,
    verdict: HtmlElement,
    more: HtmlElement,
}

impl AsRef<HtmlElement> for Parts {
    fn as_ref(&self) -> &HtmlElement {
        &self.row
    }
}

impl Rows for CommandRows {
    type Parts = Parts;

    fn key(&self, index: usize) -> u64 {
        self.0
            .row_at(index)
            .map_or(u64::MAX, |row| u64::from(row.number()))
    }

    fn make(&self) -> Parts {
        thread_local! {
            static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
        }
        let number = NEXT.replace(NEXT.get() + 1);
        let row = element("div", "command-row");
        set(&row, "role", "row");
        let cell = |class: &str| {
            let cell = child(&row, "div", class);
            set(&cell, "role", "cell");
            cell
        };
        let input = child(&cell("select"), "input", "");
        set(&input, "type", "checkbox");
        let badge = child(&cell("state"), "span", "badge");
        let title = cell("title");
        let (title, kind) = (child(&title, "span", "kind"), child(&title, "span", "name"));
        let device = cell("device-cell");
        let (device, reference) = (
            child(&device, "span", "device-name"),
            child(&device, "span", "mono"),
        );
        // On a narrow page, where a row is a card, a time says which one it is.
        let time = |class: &str, label: &str| {
            let cell = cell(class);
            set(&cell, "data-label", label);
            child(&cell, "time", "")
        };
        let created = time("time created", table::column_created());
        let expires = time("time expires", table::column_expires());
        let vendor = cell("vendor faint");
        let id = cell("id mono faint");
        let verdict = cell("verdict");
        let more = child(&cell("more"), "button", "button quiet small");
        set(&more, "type", "button");
        write(&more, details::open());
        // What tells two commands of one kind on one device apart, and why a command cannot be selected.
        let describe = |part: &HtmlElement, name: &str| {
            let id = format!("{name}-{number}");
            part.set_id(&id);
            id
        };
        let described = [
            describe(&created, "row-created"),
            describe(&verdict, "row-verdict"),
        ]
        .join(" ");
        set(&input, "aria-describedby", &described);
        Parts {
            row,
            drawn: RefCell::new(None),
            select: input.unchecked_into(),
            badge,
            title,
            kind,
            device,
            reference,
            created,
            expires,
            vendor,
            id,
            verdict,
            more,
        }
    }

    fn write(&self, parts: &Parts, index: usize) {
        let console = self.0;
        let row = console.row_at(index);
        let Some(row) = row else { return };
        let is_active = console.active_row() == Some(index);
        // The head is the first row.
        let first = console.page.with_untracked(Page::first);
        set(
            &parts.row,
            "aria-rowindex",
            &(first + index + 2).to_string(),
        );
        let now = console.now.get_untracked();
        mark(
            &parts.row,
            "data-changed",
            console
                .recent
                .with_untracked(|recent| recent.has(row.number())),
        );
        console.fleet.with_untracked(|fleet| {
            if fleet.store().has(row) {
                parts.write(fleet.store().row(row), console, now, is_active);
            }
        });
    }
}

impl Parts {
    /// The row of the command that is drawn; none where the row is another command's by now, or nobody's.
    pub(super) fn row(&self, console: Console) -> Option<RowId> {
        let drawn = self.drawn.borrow();
        let (row, target) = drawn.as_ref()?;
        let is_still = console.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            store.has(*row) && store.row(*row).target().as_ref() == Some(target)
        });
        is_still.then_some(*row)
    }

    fn write(&self, row: Row<'_>, console: Console, now: Timestamp, is_active: bool) {
        self.drawn
            .replace(row.target().map(|target| (row.row(), target)));
        let device = row.device();
        let full = device.device().to_string();
        let title = rows::title_of_row(row);
        let why_not = rows::why_not(row.state());
        let is_selected = console
            .selection
            .with_untracked(|selection| selection.has(row.row()));
        set(&self.row, "data-id", row.id().as_str());
        set(&self.row, "data-device", &full);
        mark(&self.row, "data-selected", is_selected);
        // One row is reached by the tabulator, and the others from there by the arrows.
        let tab = if is_active { 0 } else { -1 };
        self.select.set_tab_index(tab);
        self.more.set_tab_index(tab);
        self.select.set_checked(is_selected);
        self.select.set_disabled(why_not.is_some());
        set(&self.select, "aria-label", &table::select(&title, &full));
        if row.is_past_its_validity(now) {
            badge(&self.badge, Tone::Warning, text::past_validity());
        } else {
            badge(
                &self.badge,
                outcome::state_tone(row.state()),
                text::state(row.state()),
            );
        }
        write(&self.title, rows::kind(row.label()));
        write(
            &self.kind,
            if row.is_named() {
                rows::kind(row.kind())
            } else {
                ""
            },
        );
        let short = text::short(device.device());
        write(&self.device, device.name().unwrap_or_default());
        write(&self.reference, &short);
        set(&self.reference, "title", &full);
        moment(&self.created, row.created_at());
        moment(&self.expires, row.expires_at());
        write(&self.vendor, row.vendor_state().unwrap_or_default());
        write(&self.id, row.id().as_str());
        let live = row.target().and_then(|target| {
            console
                .progress
                .with_value(|run| run.as_ref()?.live(&target).cloned())
        });
        verdict(&self.verdict, live.as_ref(), why_not);
        set(&self.more, "aria-label", &details::open_of(&title, &full));
    }
}

fn badge(badge: &HtmlElement, tone: Tone, word: &str) {
    set(badge, "data-tone", tone.name());
    write(badge, word);
}

fn moment(time: &HtmlElement, at: Option<Timestamp>) {
    match at {
        Some(at) => {
            let utc = at.to_string();
            set(time, "datetime", &utc);
            set(time, "title", &utc);
            write(time, &intl::local_short(at));
        }
        None => {
            set(time, "datetime", "");
            set(time, "title", table::not_known());
            write(time, table::none());
        }
    }
}

/// What becomes of it, or why it cannot be cancelled.
fn verdict(cell: &HtmlElement, live: Option<&Live>, why_not: Option<&str>) {
    write(cell, "");
    let busy = match live {
        None => {
            write(&child(cell, "span", "faint"), why_not.unwrap_or_default());
            return;
        }
        Some(Live::Settled(report)) => {
            badge(
                &child(cell, "span", "badge"),
                outcome::tone(report.outcome),
                outcome::label(report),
            );
            let why = child(cell, "span", "why");
            let explanation = outcome::explanation(report);
            write(&why, &explanation);
            let said = vendor_says(report);
            if let Some(said) = &said {
                write(&child(cell, "span", "why mono"), said);
            }
            let whole = match said {
                Some(said) => format!("{explanation} {said}"),
                None => explanation.to_string(),
            };
            set(cell, "title", &whole);
            return;
        }
        Some(Live::Queued) => run::queued(),
        Some(Live::Sending) => run::sending(),
        Some(Live::Verifying) => run::verifying(),
        Some(Live::Watching) => run::watching(),
    };
    write(&child(cell, "span", "busy"), busy);
}
