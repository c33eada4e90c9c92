//! Settings in environment variables.

use crate::failure::Failure;

/// Returns the value of an environment variable. An empty one counts as not set.
///
/// # Errors
/// Fails if it is not UTF-8. The value is not repeated: it may be a secret.
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
