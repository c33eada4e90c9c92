//! The authentication: an access token, and a signature for every attempt.

mod clock;
mod credentials;
mod refusal;
mod signed;
mod token;
mod tokens;

pub use credentials::Credentials;
pub use signed::Signed;
