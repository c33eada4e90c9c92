//! The environment's part in the settings.

use crate::failure::Failure;

/// The value of an environment variable; an empty one counts as not set.
///
/// # Errors
/// When it is not text. The value is not repeated: it may be a secret.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var_os(name) {
        None => Ok(None),
        Some(value) if value.is_empty() => Ok(None),
        Some(value) => value
            .into_string()
            .map(Some)
            .map_err(|_| Failure::usage(format!("{name} must be text in UTF-8"))),
    }
}
