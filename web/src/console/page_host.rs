//! The page's own server: the connections that it offers, and who is signed in there.

use countermand_console::{demo::Offered, relay::Relay, text::relay as text};
use countermand_relay_api::{SignInRequest, route};
use leptos::prelude::*;

use super::{connectivity::Connectivity, store_signal::StoreSignal};
use crate::platform::{clock, relay, site};

/// After how many milliseconds the screen no longer waits for what the server offers.
const PATIENCE: f64 = 1_500.0;

/// What the page's server offers. Copies are the same.
#[derive(Clone, Copy)]
pub struct PageHost {
    pub demos: StoreSignal<Offered>,
    /// Its relay with what is open to the signed-in person, or `None` where it has none.
    pub relay: StoreSignal<Option<Relay>>,
    /// Whether it is known what it offers, or was waited for long enough.
    pub is_known: StoreSignal<bool>,
    /// Whether it answered what it offers.
    pub is_read: StoreSignal<bool>,
    /// The relay's connection that is to be opened once that is possible.
    pub wanted: StoreSignal<Option<String>>,
    /// What went wrong with signing in or out, or with the wanted connection.
    pub problem: StoreSignal<Option<String>>,
    /// Whether what it offers was read before anything was drawn, and not asked for since.
    is_fresh: StoredValue<bool>,
    connectivity: Connectivity,
}

impl PageHost {
    /// Begins with nothing known.
    pub fn new(connectivity: Connectivity) -> Self {
        let this = Self {
            demos: StoreSignal::new(Offered::default()),
            relay: StoreSignal::new(None),
            is_known: StoreSignal::new(false),
            is_read: StoreSignal::new(false),
            wanted: StoreSignal::new(site::in_address("connection")),
            problem: StoreSignal::new(None),
            is_fresh: StoredValue::new(false),
            connectivity,
        };
        clock::after(PATIENCE, move || this.is_known.set(true));
        this
    }

    pub fn shared() -> Self {
        expect_context()
    }

    /// Sets the relay's connection that is to be opened once that is possible.
    pub fn want(self, name: Option<String>) {
        self.wanted.set(name);
    }

    /// Gives up the wanted connection, which is not offered.
    pub fn refuse_wanted(self, name: &str) {
        self.wanted.set(None);
        self.problem.set(Some(text::not_offered(name)));
    }

    /// Asks the server, unless its first answer has just come.
    pub async fn read(self) {
        let was_fresh = self.is_fresh.try_update_value(std::mem::take);
        if was_fresh != Some(true) {
            self.reload().await;
        }
    }

    /// Asks the server again. Where it does not answer, its last answer stays.
    pub async fn reload(self) {
        let file = relay::file(route::CONNECTIONS).await;
        self.connectivity.host_answered(file.is_ok());
        if let Ok(file) = file {
            self.take(&file.unwrap_or_default());
        }
        self.is_known.set(true);
    }

    /// Takes in what the server offers.
    fn take(self, file: &str) {
        self.demos.set(Offered::read(file));
        let relay = Relay::read(file);
        if self.relay.with_untracked(|before| *before != relay) {
            self.relay.set(relay);
        }
        self.is_read.set(true);
    }

    /// Takes in what the server offered before the views were built, and that its connection was opened.
    pub fn take_early(self, file: &str) {
        self.take(file);
        self.is_known.set(true);
        self.is_fresh.set_value(true);
        self.wanted.set(None);
    }

    /// Returns who is signed in. Not tracked.
    pub fn user(self) -> Option<String> {
        self.relay.look_untracked(|relay| relay.user.clone())
    }

    /// Signs in with a token.
    ///
    /// # Errors
    /// Why it did not work, in a sentence.
    pub async fn sign_in(self, token: &str) -> Result<(), String> {
        // Exposed to be sent to this very server, once.
        let request = SignInRequest {
            token: token.to_owned(),
        };
        let answer = relay::post(&route::sign_in(), &request).await;
        let answer = answer.map_err(|_| text::no_answer().to_owned())?;
        if !answer.is_good() {
            let said = answer.message();
            return Err(said.unwrap_or_else(|| text::refused().to_owned()));
        }
        self.problem.set(None);
        self.reload().await;
        Ok(())
    }

    /// Signs out. An open connection must be locked before.
    pub fn sign_out(self) {
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = relay::post_empty(&route::sign_out()).await;
            if !answer.is_ok_and(|answer| answer.is_good() || answer.status == 401) {
                self.problem.set(Some(text::not_signed_out().to_owned()));
            }
            self.reload().await;
        });
    }
}
