//! Identifiers of any provider.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{applivery, enos, other};
use crate::{InvalidValue, Provider};

/// Makes an enum of the identifiers of one kind, each valid for its provider.
macro_rules! any_provider {
    ($(#[$doc:meta])* $name:ident {
        $(#[$applivery_doc:meta])* Applivery($applivery:ty),
        $(#[$enos_doc:meta])* Enos($enos:ty),
        Other($other:ty),
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(#[$applivery_doc])*
            Applivery($applivery),
            $(#[$enos_doc])*
            Enos($enos),
            /// The id at a provider that is known by its descriptor alone.
            Other($other),
        }

        impl $name {
            /// Checks `text` by the rule of `provider`.
            ///
            /// # Errors
            /// Names the field, the rule and the value.
            pub fn parse(provider: Provider, text: &str) -> Result<Self, InvalidValue> {
                match provider {
                    Provider::Applivery => <$applivery>::parse(text).map(Self::Applivery),
                    Provider::Enos => <$enos>::parse(text).map(Self::Enos),
                    Provider::Other(provider) => <$other>::parse(provider, text).map(Self::Other),
                }
            }

            /// Returns the provider of the id.
            pub fn provider(&self) -> Provider {
                match self {
                    Self::Applivery(_) => Provider::Applivery,
                    Self::Enos(_) => Provider::Enos,
                    Self::Other(id) => Provider::Other(id.provider()),
                }
            }

            /// Returns the id as the provider writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Applivery(id) => id.as_str(),
                    Self::Enos(id) => id.as_str(),
                    Self::Other(id) => id.as_str(),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

any_provider! {
    /// An organization, valid for its provider.
    Organization {
        /// Applivery's `organizationId`: an id or a slug.
        Applivery(applivery::OrganizationId),
        /// EnOS's `orgId`.
        Enos(enos::OrgId),
        Other(other::OrganizationId),
    }
}

any_provider! {
    /// A command's id, valid for its provider.
    CommandId {
        /// Applivery's `emmCommandId`.
        Applivery(applivery::CommandId),
        /// EnOS's `commandId`.
        Enos(enos::CommandId),
        Other(other::CommandId),
    }
}

impl CommandId {
    /// Returns whether both name the same command. Applivery's hexadecimal digits are compared without case.
    pub fn same(&self, other: &Self) -> bool {
        self.provider() == other.provider() && self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}
