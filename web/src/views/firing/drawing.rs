//! The section's elements. Drawn again they stay, and the focus with them.

use countermand_console::{
    relative_time,
    text::{details, firing as words},
    timeline::{Entry, Next},
    timeline_lanes::{Lane, Picture},
};
use countermand_core_model::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::{
    platform::intl,
    views::table::dom::{child, set, write},
};

/// The section, and what is written in it again and again.
pub(super) struct Drawing {
    section: HtmlElement,
    line: HtmlElement,
    badge: HtmlElement,
    body: HtmlElement,
    hint: HtmlElement,
    heads: HtmlElement,
    lanes: HtmlElement,
    told: HtmlElement,
    title: HtmlElement,
    list: HtmlElement,
    more: HtmlElement,
}

impl Drawing {
    /// Makes them in the section.
    pub(super) fn new(section: HtmlElement) -> Self {
        let summary = section.first_element_child();
        let summary = summary.unwrap_or_else(|| section.clone().into());
        let line = child(&summary, "span", "firing-line");
        let badge = child(&summary, "span", "badge");
        let body = child(&section, "div", "firing-body");
        let main = child(&body, "div", "firing-main");
        let hint = child(&main, "p", "hint");
        let figure = child(&main, "figure", "lanes");
        set(&figure, "aria-label", words::picture());
        let scroller = child(&figure, "div", "lane-box");
        let heads = child(&scroller, "div", "lane-heads");
        set(&heads, "aria-hidden", "true");
        let lanes = listed(&scroller, "lane-list");
        let told = child(&figure, "figcaption", "hint");
        let next = child(&body, "div", "firing-next");
        let title = child(&next, "h3", "");
        title.set_id("firing-next");
        let list = listed(&next, "");
        set(&list, "aria-labelledby", "firing-next");
        Self {
            line,
            badge,
            hint,
            heads,
            lanes,
            told,
            title,
            list,
            more: child(&next, "p", "hint"),
            body,
            section,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.section.has_attribute("open")
    }

    /// Without devices there is nothing to say.
    pub(super) fn show(&self, on: bool) {
        self.section.set_hidden(!on);
    }

    /// Writes the line that is seen while it is closed.
    pub(super) fn line(&self, next: &Next, now: Timestamp) {
        write(&self.line, &next.text(now));
        let tone = if next.destructive > 0 { "bad" } else { "quiet" };
        set(&self.badge, "data-tone", tone);
        self.badge.set_hidden(next.total == 0);
        write(&self.badge, &words::waiting(next.total, next.destructive));
    }

    /// Draws what is seen while it is open.
    pub(super) fn body(&self, next: &Next, picture: &Picture, has_queue: bool) {
        self.body.set_hidden(next.total == 0);
        let hint = match has_queue {
            true => words::hint_place(),
            false => words::hint_expiry(),
        };
        write(&self.hint, hint);
        if self.told.text_content().unwrap_or_default().is_empty() {
            self.tell(words::select_hint());
        }
        let mut heads = Children::of(&self.heads);
        for column in &picture.columns {
            write(&heads.next("span", ""), &Picture::head(*column));
        }
        heads.end();
        columns(&self.heads, picture);
        let mut lanes = Children::of(&self.lanes);
        for (at, lane) in picture.lanes.iter().enumerate() {
            draw_lane(&lanes.next("li", ""), picture, at, lane);
        }
        lanes.end();
        write(&self.title, &words::next(next.first.len(), next.total));
        let mut list = Children::of(&self.list);
        for (at, entry) in next.first.iter().enumerate() {
            draw_entry(&list.next("li", ""), at, entry, has_queue, picture.now);
        }
        list.end();
        let more = next.total.saturating_sub(next.first.len());
        self.more.set_hidden(more == 0);
        write(&self.more, &words::and_more(more));
    }

    /// Takes it away again: what is not seen costs nothing.
    pub(super) fn clear(&self) {
        for part in [&self.heads, &self.lanes, &self.list] {
            write(part, "");
        }
    }

    /// Says what is pointed at.
    pub(super) fn tell(&self, said: &str) {
        write(&self.told, said);
    }
}

/// A list whose look is not one.
fn listed(parent: &Element, class: &str) -> HtmlElement {
    let list = child(parent, "ol", class);
    set(&list, "role", "list");
    list
}

/// Says how many columns there are.
fn columns(element: &HtmlElement, picture: &Picture) {
    let count = picture.columns.len().to_string();
    style(element, "--columns", &count);
}

fn style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

fn draw_lane(item: &Element, picture: &Picture, number: usize, lane: &Lane) {
    let mut parts = Children::of(item);
    let name = parts.next("span", "lane-name");
    let tone = lane.severity.is_destructive();
    set(&name, "data-tone", if tone { "bad" } else { "" });
    set(&name, "title", &lane.label);
    write(&name, &lane.label);
    write(&parts.next("span", "faint"), &words::count(lane.count));
    let strip = parts.next("div", "lane");
    columns(&strip, picture);
    parts.end();
    let mut marks = Children::of(&strip);
    let line = marks.next("i", "");
    let (from, to) = picture.line(lane).unwrap_or((1, 1));
    line.set_hidden(from == to);
    style(&line, "grid-column", &format!("{from} / {to}"));
    let now = picture.now;
    for (at, mark) in lane.marks.iter().enumerate() {
        let button = marks.next("button", "");
        let pressed = match mark.selected {
            0 => "false",
            selected if selected == mark.count => "true",
            _ => "mixed",
        };
        let said = picture.text(lane, mark, &|at| intl::brief(at, now));
        for (name, value) in [
            ("type", "button"),
            (
                "data-tone",
                if mark.is_destructive {
                    "bad"
                } else {
                    "waiting"
                },
            ),
            ("data-lane", &number.to_string()),
            ("data-at", &at.to_string()),
            ("tabindex", if at == 0 { "0" } else { "-1" }),
            ("aria-pressed", pressed),
            ("aria-label", &said),
        ] {
            set(&button, name, value);
        }
        let place = picture.place(mark.column).to_string();
        style(&button, "grid-column", &place);
        // What is seen is part of the name; the name of one alone has no number.
        let count = (mark.count > 1).then(|| words::count(mark.count));
        write(&button, &count.unwrap_or_default());
    }
    marks.end();
}

fn draw_entry(item: &Element, at: usize, entry: &Entry, has_queue: bool, now: Timestamp) {
    let device = &entry.device_name;
    let mut lines = Children::of(item);
    let line = lines.next("div", "");
    let mut parts = Children::of(&line);
    let open = parts.next("button", "link");
    set(&open, "type", "button");
    set(&open, "data-at", &at.to_string());
    set(
        &open,
        "aria-label",
        &details::open_of(&entry.called, device),
    );
    write(&open, &entry.called);
    let when = parts.next("time", "faint");
    let utc = entry.expires_at.map(|at| at.to_string());
    set(&when, "datetime", &utc.unwrap_or_default());
    write(&when, &relative_time::expires(entry.expires_at, now));
    let line = lines.next("div", "");
    let mut parts = Children::of(&line);
    let name = parts.next("span", "faint");
    set(&name, "title", &entry.device.short());
    write(&name, device);
    let place = parts.next("span", "");
    place.set_hidden(!has_queue);
    let (at, of) = entry.place;
    let said = match at {
        1 => words::first_of(of),
        at => words::place_of(at, of),
    };
    write(&place, &said);
    let grave = parts.next("strong", "");
    set(&grave, "data-tone", "bad");
    grave.set_hidden(!entry.is_destructive);
    write(&grave, words::grave());
}

/// Writes an element's children one after the other. Those that are there are used again.
struct Children<'a> {
    parent: &'a Element,
    next: Option<Element>,
}

impl<'a> Children<'a> {
    fn of(parent: &'a Element) -> Self {
        let next = parent.first_element_child();
        Self { parent, next }
    }

    /// The next child. Whatever stands at a place always has the same tag.
    fn next(&mut self, tag: &str, class: &str) -> HtmlElement {
        match self.next.take() {
            Some(element) => {
                self.next = element.next_element_sibling();
                element.unchecked_into()
            }
            None => child(self.parent, tag, class),
        }
    }

    /// Takes out what is left of an earlier drawing.
    fn end(self) {
        let mut left = self.next;
        while let Some(element) = left {
            left = element.next_element_sibling();
            element.remove();
        }
    }
}
