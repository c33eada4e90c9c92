//! The provider's endpoints: a request out, an answer in, no I/O either way.

mod cancel;
mod get_command;
mod request;
mod search_commands;
mod search_devices;
mod token;

use countermand_transport::{Endpoint, Route};

pub use cancel::{CancelCommand, CancelEverything};
pub use get_command::GetCommand;
pub use search_commands::SearchCommands;
pub use search_devices::SearchDevices;
pub(crate) use token::{GetToken, RefreshToken};

/// Every route that is called with a token: a relay lets no other through.
pub const ROUTES: [Route; 5] = [
    GetCommand::ROUTE,
    SearchCommands::ROUTE,
    CancelCommand::ROUTE,
    CancelEverything::ROUTE,
    SearchDevices::ROUTE,
];
