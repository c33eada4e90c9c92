//! Commands and devices for the tests of the state.

use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, DeviceRef, Organization, Provider, Timestamp,
};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_770_724_800_000 + seconds * 1_000).unwrap()
}

pub(crate) fn device(text: &str) -> DeviceRef {
    text.parse().unwrap()
}

/// An Applivery command whose id ends in `number`, created `number` seconds after the start.
pub(crate) fn command(device_text: &str, number: u32, kind: &str, state: CommandState) -> Command {
    let device = device(device_text);
    let (org, id) = match device.provider() {
        Provider::Applivery => ("acme-mobile", format!("{number:024x}")),
        Provider::Enos => ("o15", format!("{number:019}")),
        Provider::Other(_) => ("o1", number.to_string()),
    };
    let provider = device.provider();
    let mut command = Command::new(
        Organization::parse(provider, org).unwrap(),
        device,
        CommandId::parse(provider, &id).unwrap(),
    );
    command.kind = kind.to_owned();
    command.state = state;
    command.created_at = Some(at(i64::from(number)));
    command
}

pub(crate) fn target(command: &Command) -> CommandTarget {
    CommandTarget::new(command.device.clone(), command.id.clone()).unwrap()
}
