//! What the issuer says about itself, and requests to it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_core_model::InvalidValue;
use countermand_transport::{
    ReqwestTransport, SharedTimer, Transport, TransportError, TransportErrorKind,
};
use openidconnect::{
    Client, ClientId, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, RedirectUrl, StandardErrorResponse,
    StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
        CoreTokenType,
    },
};
use tokio::sync::Mutex;

use super::{OidcConfig, SignInFailed, claims::More, client_secret};

/// How long one request to the issuer may take.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// How long its keys and addresses are taken for granted.
const FRESH: Duration = Duration::from_secs(60);

type Tokens = StandardTokenResponse<
    IdTokenFields<
        More,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// A client of an issuer whose addresses are known.
pub(super) type Known = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) struct Issuer {
    url: IssuerUrl,
    config: OidcConfig,
    redirect: RedirectUrl,
    timer: SharedTimer,
    /// One discovery at a time, however many people sign in.
    known: Mutex<Option<(Duration, Arc<Known>)>>,
}

impl Issuer {
    pub(super) fn new(
        config: &OidcConfig,
        redirect: &str,
        timer: SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let url = |field, text: &str| InvalidValue::new(field, "must be a URL", text);
        Ok(Self {
            url: IssuerUrl::new(config.issuer.as_str().to_owned())
                .map_err(|_| url("issuer", config.issuer.as_str()))?,
            redirect: RedirectUrl::new(redirect.to_owned())
                .map_err(|_| url("public origin", redirect))?,
            config: config.clone(),
            timer,
            known: Mutex::new(None),
        })
    }

    /// The client, with what the issuer said about itself not long ago: keys are changed there.
    pub(super) async fn client(
        &self,
        transport: &ReqwestTransport,
    ) -> Result<Arc<Known>, SignInFailed> {
        let mut known = self.known.lock().await;
        let now = self.timer.monotonic();
        if let Some((at, client)) = known.as_ref()
            && now.saturating_sub(*at) < FRESH
        {
            return Ok(Arc::clone(client));
        }
        let send = |request| exchange(transport.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(self.url.clone(), &send)
            .await
            .map_err(|_| SignInFailed::Issuer)?;
        let id = ClientId::new(self.config.client_id.clone());
        let client = Client::from_provider_metadata(metadata, id, client_secret(&self.config))
            .set_redirect_uri(self.redirect.clone());
        let client: Arc<Known> = Arc::new(client);
        *known = Some((now, Arc::clone(&client)));
        Ok(client)
    }
}

/// One request to the issuer, in the form of the protocol's library.
pub(super) async fn exchange(
    transport: ReqwestTransport,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    let sent = transport.send(request.map(Bytes::from));
    let answered = tokio::time::timeout(LONGEST_REQUEST, sent)
        .await
        .map_err(|_| TransportError::new(TransportErrorKind::Timeout))??;
    Ok(answered.map(|body| body.to_vec()))
}
