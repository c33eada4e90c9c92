//! The moment at which the first screen is drawn. What that screen does not need waits for it.

use std::{cell::Cell, thread::LocalKey};

use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Set};
use web_sys::Event;

use super::clock;

/// What a person sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstScreen {
    /// The first rows of a listing, or why there are none.
    Rows,
    /// A screen on which something is to be chosen.
    Ready,
}

impl FirstScreen {
    /// The name under which the browser's own timeline has it.
    fn mark(self) -> &'static str {
        match self {
            Self::Rows => "countermand:rows",
            Self::Ready => "countermand:ready",
        }
    }
}

/// What the window is told once, at the first of them.
const SETTLED: &str = "countermand:settled";
/// A page that nobody sees draws no frames: so many milliseconds are waited for one.
const UNSEEN: f64 = 500.0;
/// After so many milliseconds what waits for the first screen comes all the same.
const PATIENCE: f64 = 3_000.0;

thread_local! {
    /// Which of them is in the page.
    static THERE: Cell<[bool; 2]> = const { Cell::new([false; 2]) };
    /// Which of them is drawn.
    static DRAWN: Cell<[bool; 2]> = const { Cell::new([false; 2]) };
    static IS_SETTLED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Notes that this is in the page, and drawn with the next frame. Only the first time counts.
pub fn is_there(what: FirstScreen) {
    if replace(&THERE, what) {
        return;
    }
    // In a task of its own after the frame, so that the frame does not wait.
    leptos::prelude::request_animation_frame(move || clock::after(0.0, move || drawn(what)));
    clock::after(UNSEEN, move || drawn(what));
}

/// Returns whether the first screen is drawn, or was waited for long enough. To be watched by a view.
pub fn is_settled() -> bool {
    IS_SETTLED.with(Clone::clone).get()
}

/// Waits for the first screen from now on, and no longer than a person would.
pub fn limit_waiting() {
    clock::after(PATIENCE, settle);
}

/// Marks the moment on the browser's own timeline.
pub fn mark(what: FirstScreen) {
    if let Some(performance) = super::window().and_then(|window| window.performance()) {
        // Refused for no such name.
        let _ = performance.mark(what.mark());
    }
}

fn drawn(what: FirstScreen) {
    let was_told = DRAWN.get().contains(&true);
    if replace(&DRAWN, what) {
        return;
    }
    mark(what);
    let Some(window) = super::window() else {
        return;
    };
    if !was_told && let Ok(event) = Event::new(SETTLED) {
        let _ = window.dispatch_event(&event);
    }
    settle();
}

fn settle() {
    let settled = IS_SETTLED.with(Clone::clone);
    if !settled.get_untracked() {
        settled.set(true);
    }
}

/// Sets the flag of `what`, and returns what it was.
fn replace(flags: &'static LocalKey<Cell<[bool; 2]>>, what: FirstScreen) -> bool {
    let mut all = flags.get();
    let before = std::mem::replace(&mut all[what as usize], true);
    flags.set(all);
    before
}
