//! Opening what the address names, before anything is drawn.

use countermand_console::{demo::Demo, idle::IdleLimit, problem::Problem};

use super::{
    connecting, connection::OpenConnection, connection_session::ConnectionSession,
    page_host::PageHost,
};
use crate::platform::site;

/// Reads what the page's host offers and opens what the address names, so that its commands are asked for before
/// there is anything to see. What cannot be opened is left to the connect screen, which says why.
pub async fn open_named(session: ConnectionSession, host: PageHost) {
    host.read_first().await;
    let demo = site::in_address("demo").and_then(|name| host.demo(&name));
    if let Some(demo) = demo {
        if let Ok(open) = open_demo(demo) {
            session.start(open);
        }
        return;
    }
    if let Some((offer, user)) = host.wanted_offer()
        && let Ok(open) = connecting::through_relay(offer, user, false).await
    {
        host.want(None);
        session.start(open);
    }
}

/// Opens a demo that was chosen before, unchecked: what is wrong with it the first reading says, too.
///
/// # Errors
/// When its key cannot be put into a request.
pub fn open_demo(demo: Demo) -> Result<OpenConnection, Problem> {
    let devices = demo.devices.into_iter().take(demo.begin_with).collect();
    let idle = IdleLimit::default();
    connecting::open_unchecked(demo.connection, demo.name, devices, idle)
}
