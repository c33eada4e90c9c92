//! `config` and `_config`: an *Operation* of Google's Android Management API.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    object::Object,
    scalar::{BorrowedScalar, Scalar},
};

/// An operation. Which of `config` and `_config` is fresher is not known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Operation<'a> {
    /// Whether it has ended.
    pub(crate) done: Scalar,
    /// Its failure; code 1 is "cancelled".
    pub(crate) error: Object<OperationError>,
    /// Its successful end, whatever it holds.
    #[serde(borrow)]
    pub(crate) response: BorrowedScalar<'a>,
    /// A status word.
    #[serde(borrow)]
    pub(crate) status: BorrowedScalar<'a>,
    /// Its resource name.
    #[serde(borrow)]
    pub(crate) name: BorrowedScalar<'a>,
    /// The request to the device, as it was received: it is kept for display.
    #[serde(borrow)]
    pub(crate) metadata: Option<&'a RawValue>,
}

/// The members of the metadata that are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) r#type: BorrowedScalar<'a>,
    #[serde(borrow)]
    pub(crate) create_time: BorrowedScalar<'a>,
    #[serde(borrow)]
    pub(crate) duration: BorrowedScalar<'a>,
    #[serde(borrow)]
    pub(crate) error_code: BorrowedScalar<'a>,
    // The status of the command's own type. They are rare and only parsed where they exist.
    #[serde(borrow)]
    pub(crate) start_lost_mode_status: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) stop_lost_mode_status: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) clear_apps_data_status: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) esim_status: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) request_device_info_status: Option<&'a RawValue>,
}

impl<'a> Metadata<'a> {
    /// The members of `raw` that are read. Empty where it is missing or no object.
    ///
    /// # Errors
    /// When a member that is read comes twice.
    pub(crate) fn of(raw: Option<&'a RawValue>) -> serde_json::Result<Self> {
        let Some(raw) = raw else {
            return Ok(Self::default());
        };
        let object: Object<Self> = serde_json::from_str(raw.get())?;
        Ok(object.into_members().unwrap_or_default())
    }

    /// The statuses of commands of one type, where they exist.
    pub(crate) fn type_statuses(&self) -> impl Iterator<Item = &'a RawValue> {
        [
            self.start_lost_mode_status,
            self.stop_lost_mode_status,
            self.clear_apps_data_status,
            self.esim_status,
            self.request_device_info_status,
        ]
        .into_iter()
        .flatten()
    }
}

/// An operation's error, a `google.rpc.Status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OperationError {
    /// 1 is CANCELLED.
    pub(crate) code: Scalar,
    /// The code's name, which Google's errors over HTTP have beside it.
    pub(crate) status: Scalar,
}
