//! Names of connections.

use std::{fmt, sync::Arc};

use countermand_core_model::InvalidValue;
use countermand_relay_api::{is_connection_name, route};

/// The name of a connection, which is a segment of paths: at most 63 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionName(Arc<str>);

impl ConnectionName {
    /// Parses a name.
    ///
    /// # Errors
    /// Names the rule and the value.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        // The relay's own paths stand beside the connections'.
        let is_own_path = matches!(
            text,
            route::SIGN_IN | route::SIGNED_IN | route::SIGN_OUT | route::BACK_CHANNEL_LOGOUT
        );
        let is_name = is_connection_name(text) && !is_own_path;
        match is_name {
            true => Ok(Self(text.into())),
            false => Err(InvalidValue::new(
                "connection",
                "must be 1 to 63 small letters, digits and hyphens, not begin with a hyphen, and not be sign-in, signed-in, sign-out or back-channel-logout",
                text,
            )),
        }
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_themselves_in_a_path() {
        for text in ["fleet", "a", "wind-2", "0", &"a".repeat(63)] {
            assert_eq!(ConnectionName::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "-a",
            "Fleet",
            "a b",
            "a/b",
            "..",
            "a.b",
            "a_b",
            "é",
            "sign-in",
            "back-channel-logout",
            &"a".repeat(64),
        ] {
            assert!(ConnectionName::parse(text).is_err(), "{text}");
        }
    }
}
