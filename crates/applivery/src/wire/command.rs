//! A command as the provider sends it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    identity::Ids,
    object::Object,
    operation::{Metadata, Operation, OperationError},
    scalar::{BorrowedScalar, Scalar},
};

/// The members of a command that are read; everything else stays in the raw JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireCommand<'a> {
    #[serde(borrow)]
    id: BorrowedScalar<'a>,
    #[serde(borrow, rename = "_id")]
    underscore_id: BorrowedScalar<'a>,
    #[serde(borrow)]
    pub(crate) status: BorrowedScalar<'a>,
    #[serde(borrow)]
    config: Object<Operation<'a>>,
    #[serde(borrow, rename = "_config")]
    underscore_config: Object<Operation<'a>>,
    // The members of an operation, at the top level.
    done: Scalar,
    error: Object<OperationError>,
    #[serde(borrow)]
    response: BorrowedScalar<'a>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) created_at: BorrowedScalar<'a>,
    #[serde(borrow)]
    r#type: BorrowedScalar<'a>,
    #[serde(borrow)]
    create_time: BorrowedScalar<'a>,
    #[serde(borrow)]
    duration: BorrowedScalar<'a>,
    #[serde(borrow)]
    error_code: BorrowedScalar<'a>,
    #[serde(borrow)]
    start_lost_mode_status: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_lost_mode_status: Option<&'a RawValue>,
    #[serde(borrow)]
    clear_apps_data_status: Option<&'a RawValue>,
    #[serde(borrow)]
    esim_status: Option<&'a RawValue>,
    #[serde(borrow)]
    request_device_info_status: Option<&'a RawValue>,
}

impl<'a> WireCommand<'a> {
    /// Reads an item. `None` where it is no object.
    ///
    /// # Errors
    /// When a member that is read comes twice.
    pub(crate) fn read(raw: &'a RawValue) -> serde_json::Result<Option<Self>> {
        serde_json::from_str::<Object<Self>>(raw.get()).map(Object::into_members)
    }

    /// `id` and `_id`.
    pub(crate) fn ids(&self) -> Ids<'_, Cow<'a, str>> {
        Ids {
            id: &self.id,
            underscore_id: &self.underscore_id,
        }
    }

    /// `config`, then `_config`, where they exist.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation<'a>> + Clone {
        [&self.config, &self.underscore_config]
            .into_iter()
            .filter_map(Object::members)
    }

    /// Every place with signs of the state: `config`, `_config`, the top level.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let top = Place {
            done: &self.done,
            error: &self.error,
            response: &self.response,
            status: &self.status,
        };
        let operations = self.operations().map(|one| Place {
            done: &one.done,
            error: &one.error,
            response: &one.response,
            status: &one.status,
        });
        operations.chain([top])
    }

    /// Returns whether there is an operation or its metadata in another form than an object: a list, or JSON in a
    /// text. An id in its place holds nothing.
    pub(crate) fn has_unread_operation(&self) -> bool {
        let is_unread = |object: &Object<Operation<'a>>| match object {
            Object::Is(operation) => operation.metadata.is_some_and(is_other_json),
            Object::Not(Scalar::Text(text)) => text.trim_start().starts_with(['{', '[']),
            Object::Not(scalar) => *scalar == Scalar::Nested,
        };
        is_unread(&self.config)
            || is_unread(&self.underscore_config)
            || self.metadata.is_some_and(is_other_json)
    }

    /// The request to the device, as it was received.
    pub(crate) fn request(&self) -> Option<&'a RawValue> {
        self.operations()
            .find_map(|one| one.metadata)
            .or(self.metadata)
    }

    /// The places that describe the command, in their order: `config.metadata`,
    /// `_config.metadata`, the top level's `metadata`, the top level itself.
    ///
    /// # Errors
    /// When a member that is read comes twice.
    pub(crate) fn metadata(&self) -> serde_json::Result<[Metadata<'a>; 4]> {
        let of = |object: &Object<Operation<'a>>| {
            Metadata::of(object.members().and_then(|one| one.metadata))
        };
        Ok([
            of(&self.config)?,
            of(&self.underscore_config)?,
            Metadata::of(self.metadata)?,
            Metadata {
                r#type: self.r#type.clone(),
                create_time: self.create_time.clone(),
                duration: self.duration.clone(),
                error_code: self.error_code.clone(),
                start_lost_mode_status: self.start_lost_mode_status,
                stop_lost_mode_status: self.stop_lost_mode_status,
                clear_apps_data_status: self.clear_apps_data_status,
                esim_status: self.esim_status,
                request_device_info_status: self.request_device_info_status,
            },
        ])
    }
}

/// The signs of the state in one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'w> {
    pub(crate) done: &'w Scalar,
    pub(crate) error: &'w Object<OperationError>,
    pub(crate) response: &'w BorrowedScalar<'w>,
    pub(crate) status: &'w BorrowedScalar<'w>,
}

/// A list, or JSON in a text.
fn is_other_json(raw: &RawValue) -> bool {
    let inside = raw.get().strip_prefix('"').map(str::trim_start);
    raw.get().starts_with('[') || inside.is_some_and(|text| text.starts_with(['{', '[']))
}
