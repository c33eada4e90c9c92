//! `POST /organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands/{emmCommandId}/cancel`
//!
//! Permission `mdm.android.command.cancel`, no body. It "cancels a pending command before execution",
//! asynchronously and on a best-effort basis: a good answer means that the cancel was accepted, and
//! only a later read shows what became of it.

use bytes::Bytes;
use countermand_core_model::{CancelAnswer, ProviderDetail};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::request::{bodiless, devices};
use crate::{
    CommandId, DeviceId, OrganizationId, convert, errors,
    wire::{envelope::word_of_headers, object::Object, scalar::Scalar},
};

/// The cancel of one command.
#[derive(Clone, Copy, Debug)]
pub struct CancelCommand<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The device.
    pub device: &'a DeviceId,
    /// The command.
    pub id: &'a CommandId,
}

/// What an answer without a command may say instead; the provider's Apple sibling answers so.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Taken {
    canceled: Scalar,
    cancelled: Scalar,
}

impl Taken {
    /// Returns whether it says that nothing was cancelled.
    fn is_denied(&self) -> bool {
        [&self.canceled, &self.cancelled]
            .into_iter()
            .any(|scalar| match scalar {
                Scalar::Absent | Scalar::Bool(true) => false,
                Scalar::Text(word) => !["ok", "true"]
                    .iter()
                    .any(|ok| word.trim().eq_ignore_ascii_case(ok)),
                Scalar::Bool(false) | Scalar::Number(_) | Scalar::Nested => true,
            })
    }
}

impl Endpoint for CancelCommand<'_> {
    type Output = CancelAnswer;

    const ROUTE: Route = Route {
        operation: "applivery.cancel_command",
        method: "POST",
        template: "/organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands/{emmCommandId}/cancel",
    };
    const CLASS: RequestClass = RequestClass::Cancel;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let cancel = [self.device.as_str(), "commands", self.id.as_str(), "cancel"];
        bodiless(
            Method::POST,
            base,
            &devices(self.organization, &cancel),
            &[],
        )
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        let good = errors::good(response)?;
        let (Some(envelope), Some(body)) = (&good.envelope, good.body) else {
            return Ok(CancelAnswer::new(
                Vec::new(),
                word_of_headers(response.headers()),
            ));
        };
        // The command is in `data`, or is the whole answer.
        let about = envelope.data.unwrap_or(body);
        let owner = convert::Owner {
            organization: self.organization,
            device: self.device,
        };
        let command = convert::named_command(about, owner);
        let is_flag = matches!(envelope.status, Scalar::Absent | Scalar::Bool(true));
        let whole_is_command = envelope.data.is_none() && command.is_some();
        if denies(about) || !(is_flag || whole_is_command) {
            // Neither a success nor a known error: only a later read tells.
            return Err(errors::unreadable(
                response,
                "the answer says neither that the cancel was taken nor why it was not",
            ));
        }
        let word: ProviderDetail = envelope.word(response.headers());
        Ok(CancelAnswer::new(command.into_iter().collect(), word))
    }
}

fn denies(raw: &RawValue) -> bool {
    serde_json::from_str::<Object<Taken>>(raw.get())
        .is_ok_and(|taken| taken.members().is_some_and(Taken::is_denied))
}
