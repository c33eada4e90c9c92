//! Authentication by bearer token.

use countermand_core_model::{InvalidValue, Keys};
use countermand_transport::{BaseUrl, Bearer, BoxTransport, SharedTimer};

const FIELD: &str = "token";

/// Wraps `transport` in [`Bearer`] with the token of `keys`.
///
/// # Errors
/// When the token is missing or cannot be used. The error never shows it.
pub fn authenticate(
    transport: BoxTransport,
    _: &BaseUrl,
    keys: &Keys,
    _: &SharedTimer,
) -> Result<BoxTransport, InvalidValue> {
    let bearer = Bearer::new(transport, keys.get(FIELD)?)?;
    Ok(BoxTransport::new(bearer))
}
