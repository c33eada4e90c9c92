//! Drawing the rows in sight, out of as many as there are.

use std::cell::{Cell, RefCell};

use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

use super::geometry::Geometry;

/// So many rows are drawn above and below those in sight, so that a short scroll shows no gap.
const BEYOND: usize = 6;

/// What a window is made of, and what it has drawn.
pub(super) struct Drawing<R: Rows> {
    pub(super) rows: R,
    pub(super) scroller: HtmlElement,
    /// As tall as all rows together; the rows in sight stand in it.
    pub(super) field: HtmlElement,
    pub(super) slots: RefCell<Vec<Slot<R::Parts>>>,
    pub(super) count: Cell<usize>,
    pub(super) height: Cell<f64>,
    /// How tall the part in sight is; zero where that has to be asked.
    pub(super) sight: Cell<f64>,
    /// How many rows are in sight at most.
    pub(super) fit: Cell<usize>,
    /// What is drawn is of this time; anything older is written anew.
    pub(super) time: Cell<u32>,
    pub(super) asked: Cell<bool>,
    /// Other rows are to be drawn.
    pub(super) is_other: Cell<bool>,
    /// The table is gone: nothing is drawn any more, and nothing that it showed is asked for.
    pub(super) closed: Cell<bool>,
    /// How often it was drawn: a later task sees whether the movement has ended.
    pub(super) moved: Cell<u32>,
    /// Somebody waits for that.
    pub(super) settling: Cell<bool>,
    pub(super) observer: RefCell<Option<Observer>>,
}

/// The browser's observer of the scroller's size, with what it calls.
pub(super) type Observer = (ResizeObserver, Closure<dyn FnMut()>);

pub(super) struct Slot<P> {
    pub(super) parts: P,
    /// Which row it shows.
    pub(super) index: Cell<Option<usize>>,
    pub(super) key: Cell<u64>,
    pub(super) time: Cell<u32>,
    /// All of it is written.
    pub(super) finished: Cell<bool>,
}

/// How rows come into sight.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// They may fly by.
    Fast,
    /// Others are in their place.
    Other,
    /// They rest.
    Slow,
}

impl<R: Rows> Drawing<R> {
    /// Returns an empty drawing in `field` inside `scroller`.
    pub(super) fn new(rows: R, scroller: HtmlElement, field: HtmlElement) -> Self {
        Self {
            rows,
            scroller,
            field,
            slots: RefCell::default(),
            count: Cell::new(0),
            height: Cell::new(0.0),
            sight: Cell::new(0.0),
            fit: Cell::new(0),
            time: Cell::new(0),
            asked: Cell::new(false),
            is_other: Cell::new(false),
            closed: Cell::new(false),
            moved: Cell::new(0),
            settling: Cell::new(false),
            observer: RefCell::default(),
        }
    }

    pub(super) fn draw(&self, pace: Pace) {
        if self.closed.get() {
            return;
        }
        let Some(geometry) = self.geometry() else {
            return;
        };
        let mut slots = self.slots.borrow_mut();
        let style = self.field.style();
        let _ = style.set_property("block-size", &pixels(geometry.whole()));
        let top = self.top();
        let fit = geometry.fit();
        self.fit.set(fit.saturating_sub(2));
        let count = geometry.count;
        let first = geometry.row_at(top);
        let end = (first + fit).min(count);
        let was_in_sight = |slot: &Slot<R::Parts>| {
            let index = slot.index.get();
            index.is_some_and(|index| (first..end).contains(&index))
        };
        // Nothing of what is drawn will be seen any more: what is not in sight, and what is not seen, can wait.
        let flies = match pace {
            Pace::Fast => !slots.iter().any(was_in_sight),
            Pace::Other => true,
            Pace::Slow => false,
        };
        let beyond = if flies { 0 } else { BEYOND };
        let (from, to) = (first.saturating_sub(beyond), (end + beyond).min(count));
        let mut wanted: Vec<(usize, u64)> = (from..to).map(|at| (at, self.rows.key(at))).collect();
        let focused = self
            .focused(&slots)
            .filter(|at| *at < count && !(from..to).contains(at));
        wanted.extend(focused.map(|at| (at, self.rows.key(at))));
        let placed = |slot: &Slot<R::Parts>, index: usize| {
            self.write(slot, index, flies);
            put(slot, geometry.place(index, first, top));
        };
        Self::reuse(&mut slots, wanted, || self.slot(), placed);
    }

    /// Places every wanted row: in the slot that shows it already, or else in a free one, or in a new one. What is
    /// left over is hidden.
    fn reuse(
        slots: &mut Vec<Slot<R::Parts>>,
        wanted: Vec<(usize, u64)>,
        make: impl Fn() -> Slot<R::Parts>,
        place_in: impl Fn(&Slot<R::Parts>, usize),
    ) {
        let mut free: Vec<usize> = Vec::new();
        let mut there = vec![false; wanted.len()];
        for (at, slot) in slots.iter().enumerate() {
            let place = slot
                .index
                .get()
                .and_then(|_| wanted.iter().position(|(_, key)| *key == slot.key.get()));
            match place.and_then(|place| wanted.get(place).zip(there.get_mut(place))) {
                Some(((index, _), there)) if !*there => {
                    *there = true;
                    // Where rows do not keep their distance from the top, they go along.
                    place_in(slot, *index);
                }
                _ => free.push(at),
            }
        }
        for ((index, key), there) in wanted.into_iter().zip(there) {
            if there {
                continue;
            }
            let place = match free.pop() {
                Some(place) => place,
                None => {
                    slots.push(make());
                    slots.len() - 1
                }
            };
            let Some(slot) = slots.get(place) else {
                continue;
            };
            if slot.index.take().is_none() {
                let _ = slot.parts.as_ref().remove_attribute("hidden");
            }
            slot.key.set(key);
            place_in(slot, index);
        }
        for slot in free.into_iter().filter_map(|at| slots.get(at)) {
            if slot.index.take().is_some() || !slot.parts.as_ref().hidden() {
                slot.parts.as_ref().set_hidden(true);
            }
        }
    }

    /// Writes what is not written yet.
    fn write(&self, slot: &Slot<R::Parts>, index: usize, flies: bool) {
        let time = self.time.get();
        if slot.index.replace(Some(index)) != Some(index) || slot.time.replace(time) != time {
            slot.time.set(time);
            slot.finished.set(false);
            self.rows.write(&slot.parts, index);
        }
        if !flies && !slot.finished.replace(true) {
            self.rows.finish(&slot.parts, index);
        }
    }

    /// None before a row is on the page that can be measured; the observer tells when there is.
    pub(super) fn geometry(&self) -> Option<Geometry> {
        let count = self.count.get();
        if self.height.get() == 0.0 && count > 0 {
            let mut slots = self.slots.borrow_mut();
            if slots.is_empty() {
                slots.push(self.slot());
            }
            let height = slots.first().map_or(0.0, |slot| {
                let _ = slot.parts.as_ref().remove_attribute("hidden");
                slot.parts.as_ref().get_bounding_client_rect().height()
            });
            if height < 1.0 {
                return None;
            }
            self.height.set(height);
        }
        Some(Geometry {
            count,
            // Without rows nothing has a height.
            height: self.height.get().max(1.0),
            sight: self.sight(),
        })
    }

    /// Asked of the browser once: it would lay out the page for each answer. The observer tells of another.
    fn sight(&self) -> f64 {
        if self.sight.get() == 0.0 {
            self.sight.set(f64::from(self.scroller.client_height()));
        }
        self.sight.get()
    }

    pub(super) fn top(&self) -> f64 {
        f64::from(self.scroller.scroll_top()).max(0.0)
    }

    /// What is above the rows in the scroller and stays there.
    pub(super) fn head(&self) -> f64 {
        f64::from(self.field.offset_top())
    }

    /// The row with the focus stays drawn wherever it is scrolled to: the focus would be lost with it.
    fn focused(&self, slots: &[Slot<R::Parts>]) -> Option<usize> {
        let active = web_sys::window()?.document()?.active_element()?;
        if !self.field.contains(Some(&active)) {
            return None;
        }
        let slot = slots
            .iter()
            .find(|slot| slot.parts.as_ref().contains(Some(&active)))?;
        slot.index.get()
    }

    pub(super) fn put_in_order(&self) {
        let mut slots = self.slots.borrow_mut();
        let order = |slot: &Slot<R::Parts>| slot.index.get().unwrap_or(usize::MAX);
        if slots.is_sorted_by_key(order) {
            return;
        }
        slots.sort_unstable_by_key(order);
        // Who is moved loses the focus: the others are moved around it.
        let focused = self.focused(&slots).and_then(|index| {
            let slot = slots.iter().find(|slot| slot.index.get() == Some(index))?;
            Some((index, slot.parts.as_ref().clone()))
        });
        for slot in slots.iter() {
            let element: &HtmlElement = slot.parts.as_ref();
            let _ = match &focused {
                Some((index, _)) if slot.index.get() == Some(*index) => continue,
                Some((index, before)) if order(slot) < *index => {
                    self.field.insert_before(element, Some(before))
                }
                _ => self.field.append_child(element),
            };
        }
    }

    fn slot(&self) -> Slot<R::Parts> {
        let parts = self.rows.make();
        parts.as_ref().set_hidden(true);
        let _ = self.field.append_child(parts.as_ref());
        Slot {
            parts,
            index: Cell::new(None),
            key: Cell::new(0),
            time: Cell::new(0),
            finished: Cell::new(false),
        }
    }
}

fn put<P: AsRef<HtmlElement>>(slot: &Slot<P>, at: f64) {
    let style = slot.parts.as_ref().style();
    let _ = style.set_property("transform", &format!("translateY({})", pixels(at)));
}

/// Whole pixels: a browser draws text sharply there, and no float is spelled out.
fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i64)
}

/// What a row is made of, and how it is written.
pub(crate) trait Rows {
    type Parts: AsRef<HtmlElement>;

    /// What row `index` is recognised by: its element goes along when it moves, so that what a finger is about to
    /// touch does not turn into something else under it.
    fn key(&self, index: usize) -> u64;

    /// A new row without content.
    fn make(&self) -> Self::Parts;

    /// Writes what is seen of row `index` into `parts`.
    fn write(&self, parts: &Self::Parts, index: usize);

    /// Writes the rest of it, which is heard, or seen by who points at it. While rows fly by that waits until they
    /// rest: it would take longer than what is seen.
    fn finish(&self, parts: &Self::Parts, index: usize);
}
