//! Where there are threads, the client's futures can move between them.

use countermand_transport::fake::FakeTransport;

use crate::support::{client, device, id};

#[test]
fn the_futures_are_send() {
    fn is_send<T: Send>(_: T) {}
    let client = client(&FakeTransport::new());
    let (device, id) = (device(), id());
    is_send(client.commands(&device));
    is_send(client.command(&device, &id));
    is_send(client.cancel(&device, &id));
    is_send(client.devices(None));
    is_send(client.check());
}
