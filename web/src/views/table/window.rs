//! A window on many rows: what moves it, and what is asked of it.

use std::rc::Rc;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, Node, ResizeObserver};

use super::{
    drawing::Rows,
    drawing::{Drawing, Pace},
};

/// So many milliseconds after the last movement the rows are put in order.
const SETTLED_AFTER: f64 = 150.0;

/// A window on many rows. Clones are the same window.
pub(crate) struct Window<R: Rows + 'static>(Rc<Drawing<R>>);

impl<R: Rows> Clone for Window<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Rows + 'static> Window<R> {
    /// A window that scrolls in `scroller` and draws into `field` inside it.
    pub(crate) fn new(rows: R, scroller: HtmlElement, field: HtmlElement) -> Self {
        let this = Self(Rc::new(Drawing::new(rows, scroller, field)));
        this.observe();
        this
    }

    /// Sets the number of rows. All of them may have changed.
    pub(crate) fn show(&self, count: usize) {
        self.0.count.set(count);
        self.0.is_other.set(true);
        self.redraw();
    }

    /// What rows show may have changed: writes those in sight anew, with the next frame.
    pub(crate) fn redraw(&self) {
        self.0.time.set(self.0.time.get().wrapping_add(1));
        self.ask();
    }

    pub(crate) fn scrolled(&self) {
        self.0.draw(Pace::Fast);
        self.settle();
    }

    /// Brings row `index` into sight, and draws it at once.
    pub(crate) fn reveal(&self, index: usize) {
        let inner = &*self.0;
        if let Some(geometry) = inner.geometry() {
            let sight = geometry.sight - inner.head();
            let top = inner.top();
            let (from, to) = (
                geometry.offset(index),
                geometry.offset(index) + geometry.height,
            );
            let scrolled = if from < top {
                from
            } else if to > top + sight {
                to - sight
            } else {
                top
            };
            inner.scroller.set_scroll_top(scrolled.round() as i32);
        }
        inner.draw(Pace::Slow);
    }

    /// The element of row `index`, where it is drawn.
    pub(crate) fn element(&self, index: usize) -> Option<HtmlElement> {
        let slots = self.0.slots.borrow();
        let slot = slots.iter().find(|slot| slot.index.get() == Some(index))?;
        Some(slot.parts.as_ref().clone())
    }

    /// Looks at the parts of the row that `node` is in, as they are drawn: what the rows are by now may be something
    /// else, and a click is meant for what was seen.
    pub(crate) fn drawn<T>(&self, node: &Node, look: impl FnOnce(&R::Parts) -> T) -> Option<T> {
        let slots = self.0.slots.borrow();
        let slot = slots
            .iter()
            .find(|slot| slot.parts.as_ref().contains(Some(node)))?;
        Some(look(&slot.parts))
    }

    /// Which row `node` is in.
    pub(crate) fn index_of(&self, node: &Node) -> Option<usize> {
        let slots = self.0.slots.borrow();
        let slot = slots
            .iter()
            .find(|slot| slot.parts.as_ref().contains(Some(node)))?;
        slot.index.get()
    }

    /// How many rows are in sight.
    pub(crate) fn in_sight(&self) -> usize {
        self.0.fit.get().max(1)
    }

    /// Forgets how tall a row is, and draws.
    pub(crate) fn measure(&self) {
        self.0.height.set(0.0);
        self.0.sight.set(0.0);
        self.redraw();
    }

    /// Draws nothing any more, and lets go of the browser's observer.
    pub(crate) fn close(&self) {
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
            // Where they go on changing, they do not wait for their rest.
            let is_first = this.0.is_other.replace(false) && !this.0.settling.get();
            this.0.draw(if is_first { Pace::Other } else { Pace::Slow });
            this.settle();
        });
    }

    /// Once nothing moves any more, what flew by is written to its end, and the rows stand in the page in the
    /// order in which they are seen: a screen reader goes by that.
    fn settle(&self) {
        self.0.moved.set(self.0.moved.get().wrapping_add(1));
        if !self.0.settling.replace(true) {
            self.wait();
        }
    }

    fn wait(&self) {
        let moved = self.0.moved.get();
        let weak = Rc::downgrade(&self.0);
        crate::platform::clock::after(SETTLED_AFTER, move || {
            let Some(inner) = weak.upgrade() else { return };
            if inner.moved.get() == moved {
                inner.settling.set(false);
                inner.draw(Pace::Slow);
                inner.put_in_order();
            } else {
                Self(inner).wait();
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
