//! `POST /apim-token-service/v2.0/token/get` and `/refresh`

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::post_json;
use crate::{
    auth::Credentials,
    signature::encryption,
    wire::{Envelope, Grant, TokenBody},
};

/// Requests an access token. Until it expires, the answer is the same one.
pub(crate) struct GetToken<'a> {
    /// The application's key and secret.
    pub(crate) credentials: &'a Credentials,
    /// Milliseconds; never the same twice.
    pub(crate) timestamp: i64,
}

impl GetToken<'_> {
    fn request_for(
        &self,
        base: &BaseUrl,
        operation: &str,
        token: Option<&Secret>,
    ) -> Result<Request<Bytes>, ApiError> {
        // Exposed to be sent (key and token) and to be hashed (the secret).
        let app_key = self.credentials.app_key().expose_secret();
        let app_secret = self.credentials.app_secret().expose_secret();
        let body = TokenBody {
            app_key,
            encryption: &encryption(app_key, self.timestamp, app_secret),
            timestamp: self.timestamp,
            access_token: token.map(ExposeSecret::expose_secret),
        };
        let uri = base.join(&["apim-token-service", "v2.0", "token", operation], [])?;
        Ok(post_json(uri, &body)?)
    }
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
        self.request_for(base, "get", None)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Grant, ApiError> {
        Grant::of(&Envelope::open(response)?)
    }
}

/// Requests a new access token in place of one that is about to expire.
pub(crate) struct RefreshToken<'a> {
    /// The request for a new one.
    pub(crate) get: GetToken<'a>,
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
        self.get.request_for(base, "refresh", Some(self.token))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Grant, ApiError> {
        self.get.decode(response)
    }
}
