//! The authentication: an access token, and a signature for every attempt.

mod clock;
mod credentials;
mod refusal;
mod signed;
mod token;
mod tokens;

use countermand_core_model::{InvalidValue, Keys};
use countermand_transport::{BaseUrl, BoxTransport, SharedTimer};

pub use credentials::Credentials;
pub use signed::{Signed, TokenUnavailable};

/// Wraps `transport` in [`Signed`] with the key and the secret of `keys`, for requests to the host of `base`.
///
/// # Errors
/// When a key is missing or cannot be used. The error never shows it.
pub fn authenticate(
    transport: BoxTransport,
    base: &BaseUrl,
    keys: &Keys,
    timer: &SharedTimer,
) -> Result<BoxTransport, InvalidValue> {
    let (key, secret) = (keys.get("app_key")?, keys.get("app_secret")?);
    let credentials = Credentials::new(key.clone(), secret.clone())?;
    let signed = Signed::new(transport, base.clone(), credentials, timer.clone());
    Ok(BoxTransport::new(signed))
}
