//! The endpoints, one file each: a request out, a response in, no I/O either way.

mod cancel_command;
mod get_command;
mod get_organization;
mod list_all_devices;
mod list_commands;
mod list_devices;
mod request;

use countermand_transport::{Endpoint, Route};

pub use cancel_command::CancelCommand;
pub use get_command::GetCommand;
pub use get_organization::{GetOrganization, OrganizationFound};
pub use list_all_devices::ListAllDevices;
pub use list_commands::ListCommands;
pub use list_devices::ListDevices;

pub use crate::device::AnyDevice;

/// Every route in use: a relay lets no other through.
pub const ROUTES: [Route; 6] = [
    <ListCommands<'_> as Endpoint>::ROUTE,
    <GetCommand<'_> as Endpoint>::ROUTE,
    <CancelCommand<'_> as Endpoint>::ROUTE,
    <ListDevices<'_> as Endpoint>::ROUTE,
    <ListAllDevices<'_> as Endpoint>::ROUTE,
    <GetOrganization<'_> as Endpoint>::ROUTE,
];
