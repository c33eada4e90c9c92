//! `POST /apim-token-service/v2.0/token/refresh`

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{post_json, token_uri};
use crate::{
    auth::Credentials,
    signature::encryption,
    wire::{Envelope, Grant, TokenBody},
};

/// Asks for a new access token in place of one that is about to expire.
pub(crate) struct RefreshToken<'a> {
    /// The application's key and secret.
    pub(crate) credentials: &'a Credentials,
    /// Milliseconds; never the same twice.
    pub(crate) timestamp: i64,
    /// The token to be replaced.
    pub(crate) token: &'a Secret,
}

impl Endpoint for RefreshToken<'_> {
    type Output = Grant;

    const ROUTE: Route = Route {
        operation: "enos.refresh_token",
        method: "POST",
        template: "/apim-token-service/v2.0/token/refresh",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        // Exposed to be sent (key and token) and to be hashed (the secret).
        let app_key = self.credentials.app_key().expose_secret();
        let app_secret = self.credentials.app_secret().expose_secret();
        let body = TokenBody {
            app_key,
            encryption: &encryption(app_key, self.timestamp, app_secret),
            timestamp: self.timestamp,
            access_token: Some(self.token.expose_secret()),
        };
        Ok(post_json(token_uri(base, "refresh")?, body.bytes()?))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Grant, ApiError> {
        Grant::of(&Envelope::open(response)?)
    }
}
