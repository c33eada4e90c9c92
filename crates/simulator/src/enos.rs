//! EnOS's Connect Service and its token service, as far as they are documented.

mod access;
mod commands;
mod devices;
mod envelope;
mod expression;
mod paging;
mod projection;
pub(crate) mod queue;
pub(crate) mod signature;
pub(crate) mod token;
mod token_service;
mod wire;

use crate::server::call::Call;
use crate::server::operation::Operation;
use crate::server::reply::Reply;

pub use wire::DEVICE_SECRET_PREFIX;

/// Answers one request: route, then token and signature, then organization, then the rest. A
/// refusal is the error.
pub(crate) fn answer(call: Call<'_>) -> Result<Reply, Reply> {
    match call.request.operation {
        Operation::EnosTokenGet | Operation::EnosTokenRefresh => {
            return token_service::answer(call);
        }
        // The answer to an unknown action at a known address is not documented.
        Operation::EnosUnknown => return Err(envelope::no_route()),
        _ => {}
    }
    access::check(call)?;
    match call.request.operation {
        Operation::EnosSearch => commands::search(call),
        Operation::EnosGet => commands::get(call),
        Operation::EnosCancel => commands::cancel(call),
        Operation::EnosCancelAll => commands::cancel_all(call),
        Operation::EnosDevices => devices::answer(call),
        _ => Err(envelope::no_route()),
    }
}
