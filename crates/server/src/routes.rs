//! Routes that the server answers itself.

mod approval_routes;
mod brake_rule_routes;
pub(crate) mod logout_routes;
mod run_events;
mod run_routes;
pub(crate) mod sign_in_routes;
mod site_routes;
mod watch_routes;

pub(crate) use site_routes::{SiteState, router as site_router};
