//! One client, one device, one command, and a transport that answers what it was told to.

use bytes::Bytes;
use countermand_applivery::{Applivery, CommandId, DeviceId, OrganizationId};
use countermand_core_model::{CancelAnswer, Command, Listing};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport, fake::FakeTransport};
use futures_util::FutureExt;

pub(crate) const ID: &str = "507f1f77bcf86cd799439011";
pub(crate) const OTHER_ID: &str = "507f1f77bcf86cd7994390ff";

pub(crate) fn id() -> CommandId {
    CommandId::parse(ID).unwrap()
}

pub(crate) fn device() -> DeviceId {
    DeviceId::parse("R58M123").unwrap()
}

pub(crate) fn client(transport: &FakeTransport) -> Applivery {
    Applivery::new(
        BoxTransport::new(transport.clone()),
        BaseUrl::parse("https://api.example/v1").unwrap(),
        OrganizationId::parse("acme").unwrap(),
    )
}

/// The fake answers at once, so nothing ever waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

/// Lists the commands over `transport`.
pub(crate) fn list(transport: &FakeTransport) -> Result<Listing<Command>, ApiError> {
    now(client(transport).commands(&device()))
}

/// Gets the command from an answer.
pub(crate) fn get(status: u16, body: impl Into<Bytes>) -> Result<Command, ApiError> {
    let transport = FakeTransport::new().answer(status, body);
    now(client(&transport).command(&device(), &id()))
}

/// Gets the command that `data` describes.
pub(crate) fn get_data(data: &str) -> Command {
    get(200, format!(r#"{{"status":true,"data":{data}}}"#)).unwrap()
}

/// Cancels the command and gets an answer.
pub(crate) fn cancel(
    status: u16,
    body: impl Into<Bytes>,
) -> Result<Answer<CancelAnswer>, ApiError> {
    cancel_over(&FakeTransport::new().answer(status, body))
}

pub(crate) fn cancel_over(transport: &FakeTransport) -> Result<Answer<CancelAnswer>, ApiError> {
    now(client(transport).cancel(&device(), &id()))
}

/// A command id that ends in `number`.
pub(crate) fn numbered(number: usize) -> String {
    format!("{number:024x}")
}

/// `data` of a list.
pub(crate) fn items(ids: impl IntoIterator<Item = usize>) -> String {
    let items: Vec<String> = ids
        .into_iter()
        .map(|number| format!(r#"{{"id":"{}","status":"PENDING"}}"#, numbered(number)))
        .collect();
    format!("[{}]", items.join(","))
}
