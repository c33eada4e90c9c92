//! The page: its head, and one of its two screens.

use leptos::prelude::*;

use super::{connect::Connect, lock_dialog::LockDialog, workspace::Workspace};
use crate::{
    console::Session,
    platform::{clock, focus, leaving, policy, touch},
    state::idle,
    text,
};

/// The open connection, and the way to let go of it. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Door {
    pub(super) session: RwSignal<Option<Session>>,
    /// Why it was closed last.
    pub(super) notice: RwSignal<Option<&'static str>>,
    /// Does a run go on? Kept by the workspace.
    pub(super) run_goes_on: RwSignal<bool>,
    /// Is it asked whether to lock in a run?
    pub(super) asking: RwSignal<bool>,
}

impl Door {
    /// Wipes the key and everything that was read.
    pub(super) fn lock(self, notice: &'static str) {
        if let Some(session) = self.session.get_untracked() {
            session.tasks.end();
            leaving::set_going_on(false);
            self.asking.set(false);
            self.run_goes_on.set(false);
            self.session.set(None);
            self.notice.set(Some(notice));
            focus::screen();
        }
    }

    /// Opens a connection.
    pub(super) fn open(self, session: Session) {
        touch::note();
        self.notice.set(None);
        self.session.set(Some(session));
        focus::screen();
    }

    fn lock_when_idle(self) {
        let open = self.session.with_untracked(Option::is_some);
        let goes_on = self.run_goes_on.get_untracked();
        if open && idle::must_lock(touch::last(), clock::now(), goes_on) {
            self.lock(text::locked_idle());
        }
    }
}

/// The page.
#[component]
pub fn App() -> impl IntoView {
    policy::watch();
    leaving::watch();
    touch::watch();
    let door = Door {
        session: RwSignal::new(None),
        notice: RwSignal::new(None),
        run_goes_on: RwSignal::new(false),
        asking: RwSignal::new(false),
    };
    provide_context(door);
    clock::every(5_000, move || door.lock_when_idle());
    let lock = move |_| {
        if door.run_goes_on.get_untracked() {
            door.asking.set(true);
        } else {
            door.lock(text::locked());
        }
    };
    view! {
        <a class="skip" href="#content">{text::skip()}</a>
        <header class="bar">
            <span class="brand">{text::product()}</span>
            {move || {
                door.session
                    .get()
                    .map(|session| {
                        let vendor = session.client.provider().display_name();
                        let org = session.client.org().to_string();
                        view! {
                            <span class="where" title=session.client.base().to_string()>
                                {vendor} " · " {org}
                            </span>
                            <button type="button" class="button quiet" data-icon="lock" title=text::lock_hint() on:click=lock>
                                {text::lock()}
                            </button>
                        }
                            .into_any()
                    })
            }}
        </header>
        <main id="content" tabindex="-1">
            {move || match door.session.get() {
                Some(session) => view! { <Workspace session/> }.into_any(),
                None => view! { <Connect/> }.into_any(),
            }}
        </main>
        {move || door.asking.get().then(|| view! { <LockDialog/> }.into_any())}
    }
}
