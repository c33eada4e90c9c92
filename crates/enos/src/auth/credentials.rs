//! The application's key and secret.

use std::fmt;

use countermand_core_model::{ExposeSecret, InvalidValue, Secret};

/// The key and secret of an application.
#[derive(Clone)]
pub struct Credentials {
    app_key: Secret,
    app_secret: Secret,
}

impl Credentials {
    /// Takes both over.
    ///
    /// # Errors
    /// When one is empty or blank. The error never shows a value.
    pub fn new(app_key: Secret, app_secret: Secret) -> Result<Self, InvalidValue> {
        for (field, secret) in [("app_key", &app_key), ("app_secret", &app_secret)] {
            // Exposed to be checked.
            if secret.expose_secret().trim().is_empty() {
                return Err(InvalidValue::new(field, "must not be empty", ""));
            }
        }
        Ok(Self {
            app_key,
            app_secret,
        })
    }

    pub(crate) fn app_key(&self) -> &Secret {
        &self.app_key
    }

    pub(crate) fn app_secret(&self) -> &Secret {
        &self.app_secret
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}
