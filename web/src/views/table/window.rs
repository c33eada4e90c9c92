//! The rows in sight, out of as many as there are.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, Node, ResizeObserver};

/// So many rows are drawn above and below those in sight, so that a short scroll shows no gap.
const BEYOND: usize = 6;

/// No browser lays out an element that is taller than some ten million pixels; what lies further down is reached
/// by scrolling faster than the bar says.
const TALLEST: f64 = 8_000_000.0;

/// So many milliseconds after the last movement the rows are put in order.
const SETTLED_AFTER: f64 = 150.0;

/// What a row is made of, and how it is written.
pub(in crate::views) trait Rows {
    /// A row's element with its parts.
    type Parts: AsRef<HtmlElement>;

    /// What row `index` is recognised by: its element goes along when it moves, so that what a finger is about to
    /// touch does not turn into something else under it.
    fn key(&self, index: usize) -> u64;

    /// A new row without content.
    fn make(&self) -> Self::Parts;

    /// Writes row `index` into `parts`.
    fn write(&self, parts: &Self::Parts, index: usize);
}

/// A window on many rows. Clones are the same window.
pub(in crate::views) struct Window<R: Rows + 'static>(Rc<Inner<R>>);

impl<R: Rows> Clone for Window<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Inner<R: Rows> {
    rows: R,
    scroller: HtmlElement,
    /// As tall as all rows together; the rows in sight stand in it.
    field: HtmlElement,
    slots: RefCell<Vec<Slot<R::Parts>>>,
    count: Cell<usize>,
    height: Cell<f64>,
    /// How many rows are in sight at most.
    fit: Cell<usize>,
    /// What is drawn is of this time; anything older is written anew.
    time: Cell<u32>,
    asked: Cell<bool>,
    /// The table is gone: nothing is drawn any more, and nothing that it showed is asked for.
    closed: Cell<bool>,
    /// How often anything was drawn: whoever waits for the scrolling to end sees by it that it has.
    drawn: Cell<u32>,
    observer: RefCell<Option<Observer>>,
}

/// The browser's observer of the scroller's size, with what it calls.
type Observer = (ResizeObserver, Closure<dyn FnMut()>);

struct Slot<P> {
    parts: P,
    /// Which row it shows.
    index: Cell<Option<usize>>,
    key: Cell<u64>,
    time: Cell<u32>,
}

impl<R: Rows + 'static> Window<R> {
    /// A window that scrolls in `scroller` and draws into `field` inside it.
    pub(in crate::views) fn new(rows: R, scroller: HtmlElement, field: HtmlElement) -> Self {
        let this = Self(Rc::new(Inner {
            rows,
            scroller,
            field,
            slots: RefCell::default(),
            count: Cell::new(0),
            height: Cell::new(0.0),
            fit: Cell::new(0),
            time: Cell::new(0),
            asked: Cell::new(false),
            closed: Cell::new(false),
            drawn: Cell::new(0),
            observer: RefCell::default(),
        }));
        this.observe();
        this
    }

    /// There are so many rows now; all of them may be others.
    pub(in crate::views) fn show(&self, count: usize) {
        self.0.count.set(count);
        self.redraw();
    }

    /// What rows show may have changed: writes those in sight anew, with the next frame.
    pub(in crate::views) fn redraw(&self) {
        self.0.time.set(self.0.time.get().wrapping_add(1));
        self.ask();
    }

    /// The view was scrolled.
    pub(in crate::views) fn scrolled(&self) {
        self.0.draw();
        self.settle();
    }

    /// Brings row `index` into sight, and draws it at once.
    pub(in crate::views) fn reveal(&self, index: usize) {
        let inner = &*self.0;
        let (height, head) = (inner.height.get(), inner.head());
        let sight = f64::from(inner.scroller.client_height()) - head;
        let top = f64::from(inner.scroller.scroll_top());
        let offset = inner.offset(index);
        let to = if offset < top {
            offset
        } else if offset + height > top + sight {
            offset + height - sight
        } else {
            top
        };
        inner.scroller.set_scroll_top(to.round() as i32);
        inner.draw();
    }

    /// The element of row `index`, where it is drawn.
    pub(in crate::views) fn element(&self, index: usize) -> Option<HtmlElement> {
        let slots = self.0.slots.borrow();
        let slot = slots.iter().find(|slot| slot.index.get() == Some(index))?;
        Some(slot.parts.as_ref().clone())
    }

    /// Looks at the parts of the row that `node` is in, as they are drawn: what the rows are by now may be something
    /// else, and a click is meant for what was seen.
    pub(in crate::views) fn drawn<T>(
        &self,
        node: &Node,
        look: impl FnOnce(&R::Parts) -> T,
    ) -> Option<T> {
        let slots = self.0.slots.borrow();
        let slot = slots
            .iter()
            .find(|slot| slot.parts.as_ref().contains(Some(node)))?;
        Some(look(&slot.parts))
    }

    /// Which row `node` is in.
    pub(in crate::views) fn index_of(&self, node: &Node) -> Option<usize> {
        let slots = self.0.slots.borrow();
        let slot = slots
            .iter()
            .find(|slot| slot.parts.as_ref().contains(Some(node)))?;
        slot.index.get()
    }

    /// How many rows are in sight.
    pub(in crate::views) fn in_sight(&self) -> usize {
        self.0.fit.get().max(1)
    }

    /// Forgets how tall a row is, and draws.
    pub(in crate::views) fn measure(&self) {
        self.0.height.set(0.0);
        self.redraw();
    }

    /// Draws nothing any more, and lets go of the browser's observer.
    pub(in crate::views) fn close(&self) {
        self.0.closed.set(true);
        if let Some((observer, _)) = self.0.observer.take() {
            observer.disconnect();
        }
    }

    fn ask(&self) {
        if self.0.asked.replace(true) {
            return;
        }
        let this = self.clone();
        leptos::prelude::request_animation_frame(move || {
            this.0.asked.set(false);
            this.0.draw();
            this.settle();
        });
    }

    /// Once nothing moves any more, the rows stand in the page in the order in which they are seen: a screen
    /// reader goes by that.
    fn settle(&self) {
        let drawn = self.0.drawn.get().wrapping_add(1);
        self.0.drawn.set(drawn);
        let weak = Rc::downgrade(&self.0);
        crate::platform::clock::after(SETTLED_AFTER, move || {
            if let Some(inner) = weak.upgrade()
                && inner.drawn.get() == drawn
            {
                inner.put_in_order();
            }
        });
    }

    fn observe(&self) {
        let weak = Rc::downgrade(&self.0);
        let changed = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).measure();
            }
        });
        if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&self.0.scroller);
            self.0.observer.replace(Some((observer, changed)));
        }
    }
}

impl<R: Rows> Inner<R> {
    fn draw(&self) {
        if self.closed.get() {
            return;
        }
        let count = self.count.get();
        let mut slots = self.slots.borrow_mut();
        if self.height.get() == 0.0 && count > 0 {
            if slots.is_empty() {
                slots.push(self.slot());
            }
            let height = slots.first().map_or(0.0, |slot| {
                let _ = slot.parts.as_ref().remove_attribute("hidden");
                slot.parts.as_ref().get_bounding_client_rect().height()
            });
            if height < 1.0 {
                // Not on the page yet, or hidden: the observer tells when it is.
                return;
            }
            self.height.set(height);
        }
        let height = self.height.get();
        let whole = (height * count as f64).min(TALLEST);
        let style = self.field.style();
        let _ = style.set_property("block-size", &pixels(whole));
        let sight = f64::from(self.scroller.client_height());
        let top = (f64::from(self.scroller.scroll_top())).max(0.0);
        let fit = if height > 0.0 {
            (sight / height).ceil() as usize + 1
        } else {
            0
        };
        self.fit.set(fit.saturating_sub(2));
        // Where all rows do not fit into the tallest element, the bar's place says which share of them is above.
        let first = self.row_at(top, sight);
        let from = first.saturating_sub(BEYOND);
        let to = (first + fit + BEYOND).min(count);
        let time = self.time.get();
        let mut wanted: Vec<(usize, u64)> = (from..to).map(|at| (at, self.rows.key(at))).collect();
        let focused = self
            .focused(&slots)
            .filter(|at| *at < count && !(from..to).contains(at));
        wanted.extend(focused.map(|at| (at, self.rows.key(at))));
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
                    if slot.time.get() != time || slot.index.get() != Some(*index) {
                        slot.index.set(Some(*index));
                        self.write(slot, *index);
                    }
                    // Where rows do not keep their distance from the top, they go along.
                    self.put(slot, *index, first, top);
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
                    slots.push(self.slot());
                    slots.len() - 1
                }
            };
            let Some(slot) = slots.get(place) else {
                continue;
            };
            if slot.index.get().is_none() {
                let _ = slot.parts.as_ref().remove_attribute("hidden");
            }
            slot.index.set(Some(index));
            slot.key.set(key);
            self.write(slot, index);
            self.put(slot, index, first, top);
        }
        for slot in free.into_iter().filter_map(|at| slots.get(at)) {
            if slot.index.take().is_some() || !slot.parts.as_ref().hidden() {
                slot.parts.as_ref().set_hidden(true);
            }
        }
    }

    fn write(&self, slot: &Slot<R::Parts>, index: usize) {
        slot.time.set(self.time.get());
        self.rows.write(&slot.parts, index);
    }

    fn put(&self, slot: &Slot<R::Parts>, index: usize, first: usize, top: f64) {
        let height = self.height.get();
        let at = if self.is_stretched() {
            top + (index as f64 - first as f64) * height
        } else {
            index as f64 * height
        };
        let _ = slot
            .parts
            .as_ref()
            .style()
            .set_property("transform", &format!("translateY({})", pixels(at)));
    }

    /// Do all rows together exceed what a browser lays out?
    fn is_stretched(&self) -> bool {
        self.height.get() * self.count.get() as f64 > TALLEST
    }

    fn row_at(&self, top: f64, sight: f64) -> usize {
        let (height, count) = (self.height.get(), self.count.get());
        if height == 0.0 {
            return 0;
        }
        let first = if self.is_stretched() {
            let fit = (sight / height).floor();
            top / (TALLEST - sight).max(1.0) * (count as f64 - fit).max(0.0)
        } else {
            top / height
        };
        (first as usize).min(count.saturating_sub(1))
    }

    /// How far down row `index` is.
    fn offset(&self, index: usize) -> f64 {
        let height = self.height.get();
        if self.is_stretched() {
            let sight = f64::from(self.scroller.client_height());
            let fit = (sight / height).floor();
            let share = index as f64 / (self.count.get() as f64 - fit).max(1.0);
            share.min(1.0) * (TALLEST - sight)
        } else {
            index as f64 * height
        }
    }

    /// What stands above the rows in the scroller and stays there.
    fn head(&self) -> f64 {
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

    fn put_in_order(&self) {
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
        }
    }
}

/// Whole pixels: a browser draws text sharply there, and no float is spelled out.
fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i64)
}
