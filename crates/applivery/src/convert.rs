//! Converts the provider's command to the model's.

use countermand_core_model::{Command, DeviceRef, Organization, RawJson, Timestamp};
use serde_json::value::RawValue;

use crate::{
    CommandId, DeviceId, OrganizationId, duration,
    signs::Signs,
    state,
    wire::{
        command::WireCommand,
        identity::Identity,
        operation::Metadata,
        scalar::{BorrowedScalar, Scalar},
    },
};

/// The kind of a command without a kind.
const KIND_UNKNOWN: &str = "UNKNOWN";

/// The owner of the decoded commands: the provider's object does not name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) organization: &'a OrganizationId,
    pub(crate) device: &'a DeviceId,
}

/// The command that an object names.
pub(crate) fn identity(wire: &WireCommand<'_>) -> Identity<CommandId> {
    wire.ids().identity(
        |text| CommandId::parse(text).ok(),
        |one, other| one.as_str().eq_ignore_ascii_case(other.as_str()),
    )
}

/// The command of a list item `wire` with the text `raw`. `None` without a valid id.
pub(crate) fn command_of_item(
    wire: &WireCommand<'_>,
    raw: &str,
    owner: Owner<'_>,
) -> Option<Command> {
    match identity(wire) {
        Identity::Is(id) => command(wire, raw, id, owner).ok(),
        Identity::Absent | Identity::Invalid => None,
    }
}

/// The command in the answer to a cancel. `None` without a valid id.
pub(crate) fn named_command(raw: &RawValue, owner: Owner<'_>) -> Option<Command> {
    let wire = WireCommand::read(raw).ok()??;
    command_of_item(&wire, raw.get(), owner)
}

/// The command `id`, as `wire` (read from the text `raw`) describes it.
///
/// # Errors
/// When a member that is read comes twice.
pub(crate) fn command(
    wire: &WireCommand<'_>,
    raw: &str,
    id: CommandId,
    owner: Owner<'_>,
) -> serde_json::Result<Command> {
    let places = wire.metadata()?;
    let created = first(&places, |metadata| time(&metadata.create_time));
    let duration = first(&places, |metadata| duration::millis(&metadata.duration));

    let mut command = Command::new(
        Organization::Applivery(owner.organization.clone()),
        DeviceRef::Applivery(owner.device.clone()),
        countermand_core_model::CommandId::Applivery(id),
    );
    command.kind = first(&places, |metadata| metadata.r#type.shown())
        .unwrap_or_else(|| KIND_UNKNOWN.to_owned());
    command.name = wire.operations().find_map(|one| one.name.shown());
    command.state = state::derive(&Signs::of(wire, &places));
    command.vendor_state = provider_detail(&wire.status);
    command.created_at = created.or_else(|| time(&wire.created_at));
    // Only from a given duration: the default of the Android Management API, ten minutes, would be our claim
    // and not the provider's.
    command.expires_at = created
        .zip(duration)
        .and_then(|(created, millis)| created.plus_millis(millis));
    match wire.request() {
        Some(metadata) => {
            let (raw, request) = RawJson::redacted_with_part(raw, metadata.get());
            command.request = Some(request);
            command.raw = Some(raw);
        }
        None => command.raw = Some(RawJson::redacted_text(raw)),
    }
    Ok(command)
}

/// The first value that a place has.
fn first<'a, 'b, T>(
    places: &'a [Metadata<'b>],
    of: impl Fn(&'a Metadata<'b>) -> Option<T>,
) -> Option<T> {
    places.iter().find_map(of)
}

fn time(scalar: &BorrowedScalar<'_>) -> Option<Timestamp> {
    scalar
        .text()
        .and_then(Timestamp::parse_rfc3339)
        .filter(|at| at.is_plausible())
}

/// The provider's word for the state. A number or a boolean is printed as one.
fn provider_detail(status: &BorrowedScalar<'_>) -> Option<String> {
    match status {
        Scalar::Text(_) => status.shown(),
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Number(number) => Some(number.to_string()),
        Scalar::Absent | Scalar::Nested => None,
    }
}
