//! Identifiers: newtypes that can only be made valid, and never interchange.

mod any_provider;

pub use any_provider::{CommandId, Organization};

/// Makes a newtype over text that satisfies a pattern. Identifiers that thousands of commands have in common are
/// shared (`Arc<str>`), others are not (`Box<str>`).
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident($held:ty), field $field:literal, pattern $pattern:path, rule $rule:literal, check $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($held);

        impl $name {
            /// The rule that every value satisfies.
            pub const IDENTIFIER: $crate::IdentifierRule =
                $crate::IdentifierRule {
                    field: $field,
                    pattern: $pattern,
                    rule: $rule,
                    check: $check,
                };

            /// Checks `text`. Nothing is trimmed.
            ///
            /// # Errors
            /// Names the field, the rule and the value.
            pub fn parse(text: &str) -> Result<Self, $crate::InvalidValue> {
                if $check(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::InvalidValue::new($field, $rule, text))
                }
            }

            /// The identifier as the provider writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> Result<Self, $crate::InvalidValue> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub mod applivery;
pub mod enos;
pub mod other;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{applivery, enos};

    proptest! {
        #[test]
        fn parsing_keeps_the_text_to_the_letter(text in any::<String>()) {
            if let Ok(id) = enos::DeviceKey::parse(&text) {
                prop_assert_eq!(id.as_str(), &text);
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn json_makes_no_invalid_identifier(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(
                serde_json::from_str::<applivery::DeviceId>(&json).is_ok(),
                applivery::DeviceId::parse(&text).is_ok()
            );
        }
    }

    #[test]
    fn empty_and_blank_identifiers_are_refused_everywhere() {
        for text in ["", " ", "\t", "\u{a0}", "\u{200b}"] {
            assert!(applivery::OrganizationId::parse(text).is_err());
            assert!(applivery::DeviceId::parse(text).is_err());
            assert!(applivery::CommandId::parse(text).is_err());
            assert!(enos::OrgId::parse(text).is_err());
            assert!(enos::AssetId::parse(text).is_err());
            assert!(enos::ProductKey::parse(text).is_err());
            assert!(enos::DeviceKey::parse(text).is_err());
            assert!(enos::CommandId::parse(text).is_err());
        }
    }

    #[test]
    fn the_error_names_field_rule_and_value() {
        let error = applivery::CommandId::parse("12").unwrap_err().to_string();
        assert_eq!(error, r#"emmCommandId must be 24 hexadecimal digits: "12""#);
    }
}
