//! Identifiers of a provider that is known by its descriptor alone.

use std::{fmt, sync::Arc};

use crate::{InvalidValue, ProviderDescriptor};

/// Makes a newtype over text that satisfies a rule of a provider's descriptor.
macro_rules! described_identifier {
    ($(#[$doc:meta])* $name:ident, rule $rule:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<(&'static ProviderDescriptor, Box<str>)>);

        impl $name {
            /// Checks `text` by the rule of the descriptor.
            ///
            /// # Errors
            /// Names the field, the rule and the value.
            pub fn parse(
                provider: &'static ProviderDescriptor,
                text: &str,
            ) -> Result<Self, InvalidValue> {
                let rule = &provider.$rule;
                match (rule.check)(text) {
                    true => Ok(Self(Arc::new((provider, text.into())))),
                    false => Err(InvalidValue::new(rule.field, rule.rule, text)),
                }
            }

            /// Returns the facts about the identifier's provider.
            pub fn provider(&self) -> &'static ProviderDescriptor {
                self.0.0
            }

            /// Returns the identifier as the provider writes it.
            pub fn as_str(&self) -> &str {
                &self.0.1
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

described_identifier! {
    /// An organization.
    OrganizationId, rule organization
}

described_identifier! {
    /// A device.
    DeviceId, rule device
}

described_identifier! {
    /// A command of a device.
    CommandId, rule command
}
