//! The page's own host: the connections that it offers, and who is signed in there.

use countermand_console::{demo::Offered, relay::Relay, text::relay as text};
use leptos::prelude::*;

use super::{door::Door, network::Network};
use crate::platform::{clock, relay, site};

/// The file beside the page in which the host says it.
pub const FILE: &str = "connections.json";

/// After so many milliseconds the screen no longer waits for what the host offers.
const PATIENCE: f64 = 1_500.0;

/// What the page's host offers. Copies are the same.
#[derive(Clone, Copy)]
pub struct Host {
    /// Its demos.
    pub demos: RwSignal<Offered>,
    /// Its relay, with what is open to whoever is signed in; none where it has none.
    pub relay: RwSignal<Option<Relay>>,
    /// Is it known what it offers, or was it waited for long enough?
    pub is_known: RwSignal<bool>,
    /// Did it say what it offers?
    pub is_read: RwSignal<bool>,
    /// The relay's connection that is to be opened once that is possible.
    pub wanted: RwSignal<Option<String>>,
    /// What signing in or out came to, where it did not work.
    pub said: RwSignal<Option<String>>,
    network: Network,
}

impl Host {
    /// A host of which nothing is known.
    pub fn new(network: Network) -> Self {
        let this = Self {
            demos: RwSignal::new(Offered::default()),
            relay: RwSignal::new(None),
            is_known: RwSignal::new(false),
            is_read: RwSignal::new(false),
            wanted: RwSignal::new(site::in_address("connection")),
            said: RwSignal::new(None),
            network,
        };
        clock::after(PATIENCE, move || this.is_known.set(true));
        this
    }

    /// The one of this page.
    pub fn shared() -> Self {
        expect_context()
    }

    /// Asks the host again. What it said before stays where it does not answer.
    pub async fn read(self) {
        let file = site::file_for_me(FILE).await;
        self.network.host_answered(file.is_ok());
        if let Ok(file) = file {
            let file = file.unwrap_or_default();
            self.demos.set(Offered::read(&file));
            let relay = Relay::read(&file);
            if self.relay.with_untracked(|before| *before != relay) {
                self.relay.set(relay);
            }
            self.is_read.set(true);
        }
        self.is_known.set(true);
    }

    /// Who is signed in, at this moment.
    pub fn user(self) -> Option<String> {
        self.relay
            .with_untracked(|relay| relay.as_ref().and_then(|relay| relay.user.clone()))
    }

    /// Signs in with a token.
    ///
    /// # Errors
    /// Why not, in words.
    pub async fn sign_in(self, token: &str) -> Result<(), String> {
        // Exposed to be sent to this very host, once.
        let body = serde_json::json!({ "token": token }).to_string();
        let answer = relay::post("relay/sign-in", Some(&body)).await;
        let answer = answer.map_err(|_| text::no_answer().to_owned())?;
        if !answer.is_good() {
            let said = answer.message();
            return Err(said.unwrap_or_else(|| text::refused().to_owned()));
        }
        self.said.set(None);
        self.read().await;
        Ok(())
    }

    /// Signs out at the server. What is open is to be locked before.
    pub fn sign_out(self) {
        self.said.set(None);
        leptos::task::spawn_local(async move {
            let answer = relay::post("relay/sign-out", None).await;
            if !answer.is_ok_and(|answer| answer.is_good() || answer.status == 401) {
                self.said.set(Some(text::not_signed_out().to_owned()));
            }
            self.read().await;
        });
    }

    /// The session at the server ended, or began anew: who is signed in now? What one person opened is not
    /// left to another one.
    pub fn look_who(self, door: Door) {
        leptos::task::spawn_local(async move {
            self.read().await;
            door.keep_to(self.user());
        });
    }
}
