//! `POST /apim-token-service/v2.0/token/get`

use bytes::Bytes;
use countermand_core_model::ExposeSecret;
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{post_json, token_uri};
use crate::{
    auth::Credentials,
    signature::encryption,
    wire::{Envelope, Grant, TokenBody},
};

/// Asks for an access token. Until it expires, the same one comes.
pub(crate) struct GetToken<'a> {
    /// The application's key and secret.
    pub(crate) credentials: &'a Credentials,
    /// Milliseconds; never the same twice.
    pub(crate) timestamp: i64,
}

impl Endpoint for GetToken<'_> {
    type Output = Grant;

    const ROUTE: Route = Route {
        operation: "enos.get_token",
        method: "POST",
        template: "/apim-token-service/v2.0/token/get",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        // Exposed to be sent (the key) and to be hashed (the secret).
        let app_key = self.credentials.app_key().expose_secret();
        let app_secret = self.credentials.app_secret().expose_secret();
        let body = TokenBody {
            app_key,
            encryption: &encryption(app_key, self.timestamp, app_secret),
            timestamp: self.timestamp,
            access_token: None,
        };
        Ok(post_json(token_uri(base, "get")?, body.bytes()?))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Grant, ApiError> {
        Grant::of(&Envelope::open(response)?)
    }
}
