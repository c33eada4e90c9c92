//! The provider's known error codes. The set is open.

use countermand_core_model::ProviderCode;
use countermand_transport::ApiError;

/// Makes the enumeration and both conversions of its numbers from one table.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// An error code of the provider, as far as it is documented or was seen.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// Any other code.
            Other(ProviderCode),
        }

        impl Code {
            /// The number, where it is one.
            pub fn number(&self) -> Option<i64> {
                match self {
                    $(Self::$name => Some($number),)*
                    Self::Other(code) => code.number(),
                }
            }
        }

        impl From<&ProviderCode> for Code {
            fn from(code: &ProviderCode) -> Self {
                match code.number() {
                    $(Some($number) => Self::$name,)*
                    _ => Self::Other(code.clone()),
                }
            }
        }
    };
}

codes! {
    /// 1000 "Internal error", HTTP 500.
    InternalError = 1000,
    /// 1002 "Route not found", HTTP 404: the base URL is wrong, or the provider moved the endpoint.
    RouteNotFound = 1002,
    /// 3000 "Validation Error", HTTP 422.
    ValidationError = 3000,
    /// 3001 "Entity not found", HTTP 404 (documented for the cancel).
    EntityNotFound = 3001,
    /// 4002 "No auth token", HTTP 401 (documented for the cancel).
    AuthTokenMissing = 4002,
    /// 4003 "Forbidden", HTTP 403.
    Forbidden = 4003,
    /// 4004 "Invalid Token", HTTP 401.
    InvalidToken = 4004,
    /// 4005 "Token Expired", HTTP 401.
    TokenExpired = 4005,
    /// 5050 "Feature not allowed for you billing plan", HTTP 400 (documented for the cancel).
    FeatureNotInPlan = 5050,
    /// 5106 "AdmCommand not status pending or tried", HTTP 400: documented for the cancel of Apple
    /// commands. The code for Android is not known.
    NotPendingOrTried = 5106,
}

impl Code {
    /// The provider's code in `error`, where it has one.
    pub fn of(error: &ApiError) -> Option<Self> {
        error.word().code.as_ref().map(Self::from)
    }
}
