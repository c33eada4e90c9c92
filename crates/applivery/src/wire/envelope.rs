//! The envelope around every answer: `{"status":true,"data":...}` or `{"status":false,"error":{...}}`.

use countermand_core_model::{ProviderCode, ProviderDetail, redact_message};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{object::Object, scalar::Scalar};

/// The longest message of a provider that is kept, in characters.
const LONGEST_MESSAGE: usize = 2_000;

/// An answer's envelope, around data of any kind.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "D: Deserialize<'de>"))]
pub(crate) struct Envelope<D> {
    #[serde(default)]
    pub(crate) status: Scalar,
    pub(crate) data: Option<D>,
    #[serde(default)]
    error: Object<WireError>,
    #[serde(default)]
    code: Scalar,
    #[serde(default)]
    message: Scalar,
    #[serde(default)]
    msg: Scalar,
    #[serde(default, rename = "requestId")]
    request_id_camel: Scalar,
    #[serde(default)]
    request_id: Scalar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireError {
    code: Scalar,
    message: Scalar,
    msg: Scalar,
    #[serde(rename = "requestId")]
    request_id_camel: Scalar,
    request_id: Scalar,
}

/// An envelope whose data are not yet decoded.
pub(crate) type AnyEnvelope<'a> = Envelope<&'a RawValue>;

impl<D> Envelope<D> {
    /// Returns whether it says that the call failed.
    pub(crate) fn is_error(&self) -> bool {
        self.status == Scalar::Bool(false) || !self.error.is_absent()
    }

    /// Returns whether it is an error in the provider's form, and not in that of a gateway. The provider's codes
    /// have four digits; a gateway often repeats the HTTP status as its code.
    pub(crate) fn is_providers_error(&self) -> bool {
        self.status == Scalar::Bool(false)
            || self.error.members().is_some_and(|error| {
                let number = error.code.code().and_then(|code| code.number());
                number.is_some_and(|number| number >= 1_000)
            })
    }

    /// The provider's code, message and request id.
    pub(crate) fn word(&self, headers: &HeaderMap) -> ProviderDetail {
        let error = self.error.members();
        let text_error = match &self.error {
            Object::Not(text) => text,
            Object::Is(_) => &Scalar::Absent,
        };
        let inside = |scalar: fn(&WireError) -> &Scalar| error.map_or(&Scalar::Absent, scalar);
        ProviderDetail {
            code: [inside(|error| &error.code), &self.code]
                .into_iter()
                .find_map(Scalar::code)
                .map(shortened_code),
            message: first_text([
                inside(|error| &error.message),
                inside(|error| &error.msg),
                text_error,
                &self.message,
                &self.msg,
            ]),
            request_id: first_text([
                &self.request_id_camel,
                &self.request_id,
                inside(|error| &error.request_id_camel),
                inside(|error| &error.request_id),
            ])
            .or_else(|| request_id(headers)),
        }
    }
}

/// The detail of an answer without an envelope: the request id of its headers.
pub(crate) fn word_of_headers(headers: &HeaderMap) -> ProviderDetail {
    ProviderDetail {
        request_id: request_id(headers),
        ..ProviderDetail::default()
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-request-id")?.to_str().ok()?;
    (!text.trim().is_empty()).then(|| shortened(text))
}

fn first_text<const N: usize>(leaves: [&Scalar; N]) -> Option<String> {
    leaves
        .into_iter()
        .find_map(Scalar::shown)
        .map(|text| shortened(&redact_message(&text)))
}

fn shortened_code(code: ProviderCode) -> ProviderCode {
    match code {
        ProviderCode::Text(text) => ProviderCode::Text(shortened(&text)),
        number @ ProviderCode::Number(_) => number,
    }
}

/// Shortens a message that is too long to keep.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
