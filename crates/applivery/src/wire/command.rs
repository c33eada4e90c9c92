//! A command as the vendor sends it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    identity::Ids,
    leaf::BorrowedLeaf,
    object::Object,
    operation::{Metadata, Operation},
};

/// The members of a command that are read; everything else stays in the raw JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireCommand<'a> {
    #[serde(borrow)]
    id: BorrowedLeaf<'a>,
    #[serde(borrow, rename = "_id")]
    underscore_id: BorrowedLeaf<'a>,
    #[serde(borrow)]
    pub(crate) status: BorrowedLeaf<'a>,
    #[serde(borrow)]
    config: Object<Operation<'a>>,
    #[serde(borrow, rename = "_config")]
    underscore_config: Object<Operation<'a>>,
    #[serde(borrow)]
    pub(crate) created_at: BorrowedLeaf<'a>,
    #[serde(borrow)]
    r#type: BorrowedLeaf<'a>,
    #[serde(borrow)]
    create_time: BorrowedLeaf<'a>,
    #[serde(borrow)]
    duration: BorrowedLeaf<'a>,
    #[serde(borrow)]
    error_code: BorrowedLeaf<'a>,
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

    /// `config`, then `_config`, as far as they are there.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation<'a>> + Clone {
        [&self.config, &self.underscore_config]
            .into_iter()
            .filter_map(Object::members)
    }

    /// The three places for what describes the command, in their order: `config.metadata`,
    /// `_config.metadata`, the top level.
    ///
    /// # Errors
    /// When a member that is read comes twice.
    pub(crate) fn metadata(&self) -> serde_json::Result<[Metadata<'a>; 3]> {
        let of = |object: &Object<Operation<'a>>| {
            object
                .members()
                .map_or_else(|| Ok(Metadata::default()), Operation::metadata)
        };
        Ok([
            of(&self.config)?,
            of(&self.underscore_config)?,
            Metadata {
                r#type: self.r#type.clone(),
                create_time: self.create_time.clone(),
                duration: self.duration.clone(),
                error_code: self.error_code.clone(),
            },
        ])
    }
}
