//! The vendor's endpoints, one a file: a request out, an answer in, no I/O either way.

mod cancel_command;
mod cancel_everything;
mod get_command;
mod get_token;
mod refresh_token;
mod request;
mod search_commands;
mod search_devices;

use countermand_transport::{Endpoint, Route};

pub use cancel_command::CancelCommand;
pub use cancel_everything::CancelEverything;
pub use get_command::GetCommand;
pub(crate) use get_token::GetToken;
pub(crate) use refresh_token::RefreshToken;
pub use search_commands::SearchCommands;
pub use search_devices::SearchDevices;

/// Every route that this crate calls with a token, for those who let through nothing else.
pub const ROUTES: [Route; 5] = [
    GetCommand::ROUTE,
    SearchCommands::ROUTE,
    CancelCommand::ROUTE,
    CancelEverything::ROUTE,
    SearchDevices::ROUTE,
];
