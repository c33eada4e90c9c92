//! Opening a demo.

use countermand_console::{demo::Demo, idle::IdleLimit, problem::Problem};

use super::{connecting, connection::OpenConnection};

/// Opens a demo that was chosen before, unchecked: what is wrong with it the first reading says, too.
///
/// # Errors
/// When its key cannot be put into a request.
pub fn open_demo(demo: Demo) -> Result<OpenConnection, Problem> {
    let devices = demo.devices.into_iter().take(demo.begin_with).collect();
    let idle = IdleLimit::default();
    connecting::open_unchecked(demo.connection, demo.name, devices, idle)
}
