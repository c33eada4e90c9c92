//! Headers that an installation's gateway wants, as a profile names them.

use http::HeaderName;

use super::{secret::SecretSource, section::Section};
use crate::failure::Failure;

/// A header: its name, and where its value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderSource {
    pub(crate) name: HeaderName,
    pub(crate) source: SecretSource,
}

/// Headers that the client or the connection sets itself.
const TAKEN: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "range",
    "sec-fetch-site",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Beginnings of the names of such headers: EnOS's signature, and what is said to a proxy.
const TAKEN_BEGINNINGS: &[&str] = &["apim-", "proxy-"];

impl HeaderSource {
    /// Takes `header."NAME" = { env = "..." }` (or `file`, or `command`) of a profile, in the order of the names.
    ///
    /// # Errors
    /// Names the header. A value in the file itself is refused, and not shown.
    pub(super) fn all_of(profile: &mut Section) -> Result<Vec<Self>, Failure> {
        let Some(mut section) = profile.section("header")? else {
            return Ok(Vec::new());
        };
        let mut headers: Vec<Self> = Vec::new();
        for key in section.keys() {
            let name = HeaderName::from_bytes(key.as_bytes())
                .map_err(|_| section.wrong(&key, "is not a valid name of a header"))?;
            let is_taken = TAKEN.contains(&name.as_str())
                || TAKEN_BEGINNINGS
                    .iter()
                    .any(|start| name.as_str().starts_with(start));
            if is_taken {
                return Err(section.wrong(&key, "is refused: this header is set by countermand"));
            }
            if headers.iter().any(|header| header.name == name) {
                return Err(section.wrong(&key, "is given twice: case makes no difference"));
            }
            let source = section.source_of(&key)?;
            headers.push(Self { name, source });
        }
        Ok(headers)
    }
}
