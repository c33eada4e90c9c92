//! `config` and `_config`: what looks like an *Operation* of Google's Android Management API.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    leaf::{BorrowedLeaf, Leaf},
    object::Object,
};

/// An operation. Which of `config` and `_config` is fresher is not known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Operation<'a> {
    /// Has it ended?
    pub(crate) done: Leaf,
    /// How it failed, where it did; code 1 is "cancelled".
    pub(crate) error: Object<OperationError>,
    /// Its resource name.
    #[serde(borrow)]
    pub(crate) name: BorrowedLeaf<'a>,
    /// What it asks of the device, as it came: it is kept for people to read.
    #[serde(borrow)]
    pub(crate) metadata: Option<&'a RawValue>,
}

impl<'a> Operation<'a> {
    /// The members of the metadata that are read. Empty where they are missing or no object.
    pub(crate) fn metadata(&self) -> serde_json::Result<Metadata<'a>> {
        let Some(raw) = self.metadata else {
            return Ok(Metadata::default());
        };
        let object: Object<Metadata<'a>> = serde_json::from_str(raw.get())?;
        Ok(object.into_members().unwrap_or_default())
    }
}

/// What is read of the metadata.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) r#type: BorrowedLeaf<'a>,
    #[serde(borrow)]
    pub(crate) create_time: BorrowedLeaf<'a>,
    #[serde(borrow)]
    pub(crate) duration: BorrowedLeaf<'a>,
    #[serde(borrow)]
    pub(crate) error_code: BorrowedLeaf<'a>,
}

/// An operation's error, a `google.rpc.Status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OperationError {
    /// 1 is CANCELLED.
    pub(crate) code: Leaf,
}
