//! The way from the address to the first rows: what it names is opened and read before any view is built.
//!
//! The program comes in parts (`web/start.js`): what runs here is in the first ones, and everything else in the last,
//! which is fetched when rows are drawn. What was read is handed to the console, which asks for nothing twice.

mod reads;

pub use reads::{Draw, EarlyReads};

use std::rc::Rc;

use countermand_console::{demo::Offered, relay::Relay};
use countermand_relay_api::route;
use futures_util::future::select;

use super::{connecting, connection::OpenConnection, demo_opening};
use crate::platform::{clock, cooperative_yield::breathe, relay, site};
use reads::Reads;

/// For so many milliseconds the console waits for the first rows.
const PATIENCE: f64 = 5_000.0;

/// What the address names, opened.
pub struct Early {
    /// The connection.
    pub open: OpenConnection,
    /// What the page's server offers.
    pub offered: String,
    reads: Rc<Reads>,
}

impl Early {
    /// Opens what the address names, and asks for its first devices. Returns `None` where the address names nothing that
    /// can be opened without a person.
    pub async fn open() -> Option<Self> {
        let (demo, connection) = (site::in_address("demo"), site::in_address("connection"));
        if demo.is_none() && connection.is_none() {
            return None;
        }
        let offered = relay::file(route::CONNECTIONS).await.ok()??;
        let open = match demo {
            Some(name) => open_demo(&offered, &name)?,
            None => open_relayed(&offered, &connection?).await?,
        };
        let reads = Reads::start(&open);
        Some(Self {
            open,
            offered,
            reads,
        })
    }

    /// Draws the first screen, and rows on it as they come, until the console draws its own. Returns when there are
    /// some, or none will come.
    pub async fn draw(&self, drawing: impl FnOnce(&OpenConnection) -> Option<Draw>) {
        // The requests leave first.
        breathe().await;
        if let Some(draw) = drawing(&self.open) {
            self.reads.draw_with(draw);
        }
        select(Box::pin(self.reads.first()), clock::wait(PATIENCE)).await;
    }

    /// Takes what was drawn out of the page.
    pub fn clear(&self) {
        self.reads.clear();
    }
}

fn open_demo(offered: &str, name: &str) -> Option<OpenConnection> {
    let offered = Offered::read(offered);
    let (_, demo) = offered.named(name)?;
    demo_opening::open_demo(demo.clone()).ok()
}

async fn open_relayed(offered: &str, name: &str) -> Option<OpenConnection> {
    let relay = Relay::read(offered)?;
    let user = relay.user.clone()?;
    let offer = relay.named(name)?.clone();
    connecting::through_relay(offer, user, false).await.ok()
}
