//! A command's row.

use std::cell::{Cell, RefCell};

use countermand_client::RunRow;
use countermand_console::{
    device_name::called,
    kind_severity,
    language::Language,
    outcome::{self, Tone},
    page::Page,
    rows,
    text::{self, details, table},
};
use countermand_core_model::{CommandTarget, Timestamp};
use countermand_table::{Row, RowId};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    dom::{Written, child, element, mark, set, write},
    drawing::Rows,
    fitting::Fitting,
    outcome_cell::OutcomeCell,
};
use crate::{console::Console, platform::intl};

pub(super) struct CommandRows(pub(super) Console, pub(super) Fitting);

/// What a row shows beside its command.
pub(crate) struct Beside {
    pub(crate) now: Timestamp,
    pub(crate) may_cancel: bool,
    pub(crate) is_selected: bool,
    /// What the run at hand says of it.
    pub(crate) in_run: Option<RunRow>,
}

/// The parts of a row that are written again and again.
pub(crate) struct Parts {
    row: HtmlElement,
    drawn: RefCell<Option<(RowId, CommandTarget)>>,
    pub(super) select: HtmlInputElement,
    badge: StateBadge,
    severity: StateBadge,
    title: Written,
    kind: Written,
    device: Written,
    reference: Written,
    created: Written,
    expires: Written,
    left: Written,
    vendor: Written,
    id: Written,
    outcome: OutcomeCell,
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
            .table
            .row_at(index)
            .map_or(u64::MAX, |row| u64::from(row.number()))
    }

    fn make(&self) -> Parts {
        Parts::make(self.0.connection.may_cancel())
    }

    fn write(&self, parts: &Parts, index: usize) {
        self.with(index, |console, row| {
            let now = console.clock.now.get_untracked();
            let number = row.row().number();
            let is_recent = console
                .table
                .recent
                .with_untracked(|recent| recent.has(number));
            mark(&parts.row, "data-changed", is_recent);
            let target = row.target();
            let beside = Beside {
                now,
                may_cancel: console.connection.may_cancel(),
                is_selected: console
                    .table
                    .selection
                    .with_untracked(|selection| selection.has(row.row())),
                in_run: target.as_ref().and_then(|target| console.run.row(target)),
            };
            parts.write(row, &beside);
            parts.fit(row, &self.1);
        });
    }

    fn finish(&self, parts: &Parts, index: usize) {
        let first = self.0.table.page.with_untracked(Page::first);
        // The head is the first row.
        let number = (first + index + 2).to_string();
        set(&parts.row, "aria-rowindex", &number);
        let is_active = self.0.table.active_row() == Some(index);
        self.with(index, |_, row| parts.finish(row, is_active));
    }
}

impl CommandRows {
    fn with(&self, index: usize, look: impl FnOnce(Console, Row<'_>)) {
        let Some(row) = self.0.table.row_at(index) else {
            return;
        };
        self.0.table.fleet.with_untracked(|fleet| {
            if fleet.store().has(row) {
                look(self.0, fleet.store().row(row));
            }
        });
    }
}

impl Parts {
    /// Returns the parts of an empty row.
    pub(crate) fn make(may_cancel: bool) -> Self {
        let row = empty_row(may_cancel);
        let part = |selector| part(&row, selector);
        let written = |selector| Written::new(part(selector));
        let select = part("input");
        let (created, outcome) = (part(".created time"), part(".verdict"));
        describe(
            &select,
            &[(&created, "row-created"), (&outcome, "row-verdict")],
        );
        Self {
            drawn: RefCell::new(None),
            select: select.unchecked_into(),
            badge: StateBadge::new(part(".state .badge")),
            severity: StateBadge::new(part(".severity .badge")),
            title: written(".kind"),
            kind: written(".name"),
            device: written(".device-name"),
            reference: written(".device-cell .mono"),
            created: Written::new(created),
            expires: written(".expires time"),
            left: written(".left"),
            vendor: written(".vendor"),
            id: written(".id"),
            outcome: OutcomeCell::new(outcome),
            more: part("button"),
            row,
        }
    }

    /// The row of the command that is drawn; none where the row is another command's by now, or nobody's.
    pub(super) fn row(&self, console: Console) -> Option<RowId> {
        let drawn = self.drawn.borrow();
        let (row, target) = drawn.as_ref()?;
        let is_still = console.table.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            store.has(*row) && store.row(*row).target().as_ref() == Some(target)
        });
        is_still.then_some(*row)
    }

    /// Writes what a row shows.
    pub(crate) fn write(&self, row: Row<'_>, beside: &Beside) {
        let target = row.target();
        let device = row.device();
        // Whoever may not cancel anything is not told why not this.
        let why_not = rows::why_not(row.state()).filter(|_| beside.may_cancel);
        let is_selected = beside.is_selected;
        set(&self.row, "data-id", row.id().as_str());
        set(&self.row, "data-device", &device.device().to_string());
        mark(&self.row, "data-selected", is_selected);
        self.select.set_checked(is_selected);
        self.select.set_disabled(why_not.is_some());
        if row.is_past_its_validity(beside.now) {
            self.badge.write(Tone::Warning, text::past_validity());
        } else {
            let state = row.state();
            let tone = outcome::tone_of_command(state, row.severity());
            self.badge.write(tone, text::state(state));
        }
        let level = row.severity().level();
        self.severity
            .write(kind_severity::tone(level), kind_severity::level_name(level));
        self.title.write(rows::kind(row.label()));
        self.kind.write(if row.is_named() {
            rows::kind(row.kind())
        } else {
            ""
        });
        self.device.write(device.name().unwrap_or_default());
        self.reference.write(&text::short(device.device()));
        moment(&self.created, row.created_at());
        moment(&self.expires, row.expires_at());
        let left = rows::time_left(row, beside.now);
        self.left.write(left.as_deref().unwrap_or_default());
        self.vendor.write(row.vendor_state().unwrap_or_default());
        self.id.write(row.id().as_str());
        self.outcome.write(beside.in_run.as_ref(), why_not);
        self.drawn.replace(target.map(|target| (row.row(), target)));
    }

    /// Makes room for what is written.
    pub(crate) fn fit(&self, row: Row<'_>, fitting: &Fitting) {
        let device = row.device();
        let name = device.name().unwrap_or_default();
        let short = text::short(device.device());
        let device = [name, &short];
        fitting.fit(&self.row, [row.label(), row.kind()], device);
    }

    /// Writes what is not seen at a glance.
    pub(crate) fn finish(&self, row: Row<'_>, is_active: bool) {
        let device = row.device();
        let full = device.device().to_string();
        let called = called(device.name(), device.device());
        let title = rows::title_of_row(row);
        // One row is reached by the tabulator, and the others from there by the arrows.
        let tab = if is_active { 0 } else { -1 };
        self.select.set_tab_index(tab);
        self.more.set_tab_index(tab);
        set(&self.select, "aria-label", &table::select(&title, &called));
        set(&self.more, "aria-label", &details::open_of(&title, &called));
        set(self.reference.as_ref(), "title", &full);
        exactly(&self.created, row.created_at());
        exactly(&self.expires, row.expires_at());
    }
}

/// A row without content. There are many: one is made for a language, and the others are copies of it.
fn empty_row(may_cancel: bool) -> HtmlElement {
    thread_local! {
        static MADE: RefCell<Option<(Language, bool, HtmlElement)>> = const { RefCell::new(None) };
    }
    let (language, made) = (text::spoken(), MADE.take());
    let made = made.filter(|(of, may, _)| (*of, *may) == (language, may_cancel));
    let made = made.unwrap_or_else(|| (language, may_cancel, make_row(may_cancel)));
    let copy = made.2.clone_node_with_deep(true);
    MADE.set(Some(made));
    // Only a document cannot be copied.
    copy.map_or_else(|_| make_row(may_cancel), JsCast::unchecked_into)
}

/// Rows are selected to be cancelled: who may not cancel has no box.
fn make_row(may_cancel: bool) -> HtmlElement {
    let row = element("div", "command-row");
    set(&row, "role", "row");
    let cell = |class: &str| {
        let cell = child(&row, "div", class);
        set(&cell, "role", "cell");
        cell
    };
    if may_cancel {
        set(&child(&cell("select"), "input", ""), "type", "checkbox");
    }
    child(&cell("severity"), "span", "badge");
    child(&cell("state"), "span", "badge");
    let title = cell("title");
    set(&title, "role", "rowheader");
    child(&title, "span", "kind");
    child(&title, "span", "name");
    let device = cell("device-cell");
    child(&device, "span", "device-name");
    child(&device, "span", "mono");
    // On a narrow page, where a row is a card, a time says which one it is.
    let time = |class: &str, label: &str| {
        let cell = cell(class);
        set(&cell, "data-label", label);
        child(&cell, "time", "");
        cell
    };
    time("time created", table::column_created());
    let expires = time("time expires", table::column_expires());
    child(&expires, "span", "left faint");
    cell("vendor faint");
    cell("id mono faint");
    cell("verdict");
    let more = child(&cell("more"), "button", "button quiet small");
    set(&more, "type", "button");
    write(&more, details::open());
    row
}

/// A part of a row, or an element of its own where the row has none.
fn part(row: &HtmlElement, selector: &str) -> HtmlElement {
    let found = row.query_selector(selector).ok().flatten();
    found.map_or_else(|| element("input", ""), JsCast::unchecked_into)
}

/// A state in its colour.
struct StateBadge {
    word: Written,
    tone: Cell<Option<Tone>>,
}

impl StateBadge {
    fn new(element: HtmlElement) -> Self {
        Self {
            word: Written::new(element),
            tone: Cell::new(None),
        }
    }

    fn write(&self, tone: Tone, word: &str) {
        self.word.write(word);
        if self.tone.replace(Some(tone)) != Some(tone) {
            set(self.word.as_ref(), "data-tone", tone.name());
        }
    }
}

/// Describes a row's box by parts of the row: they tell two commands of one kind on one device apart, and why a
/// command cannot be selected.
fn describe(input: &HtmlElement, parts: &[(&HtmlElement, &str)]) {
    thread_local! {
        static NEXT: Cell<u32> = const { Cell::new(0) };
    }
    let number = NEXT.replace(NEXT.get() + 1);
    let ids: Vec<String> = parts
        .iter()
        .map(|(part, name)| {
            let id = format!("{name}-{number}");
            part.set_id(&id);
            id
        })
        .collect();
    set(input, "aria-describedby", &ids.join(" "));
}

fn moment(time: &Written, at: Option<Timestamp>) {
    match at {
        Some(at) => time.write(&intl::local_short(at)),
        None => time.write(table::none()),
    };
}

/// The moment for who points at it, and for machines.
fn exactly(time: &Written, at: Option<Timestamp>) {
    let utc = at.map(|at| at.to_string());
    set(
        time.as_ref(),
        "datetime",
        utc.as_deref().unwrap_or_default(),
    );
    let title = utc.as_deref().unwrap_or(table::not_known());
    set(time.as_ref(), "title", title);
}
