//! The metadata of an issuer (OpenID Connect Discovery 1.0). Only the fields that are used here have to be right.

use countermand_transport::BaseUrl;
use openidconnect::url::Url;
use serde_json::Value;

use super::{
    failure::{FailureKind, SignInFailed},
    issuer_url::IssuerUrl,
};

/// The endpoints of an issuer, and what it supports.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// Its name for itself, as in identity tokens.
    pub(super) issuer: String,
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) userinfo: Option<Url>,
    pub(super) keys: Url,
    client_authentication: Vec<String>,
    algorithms: Vec<String>,
}

impl Metadata {
    pub(super) fn read(document: &Value, configured: &IssuerUrl) -> Result<Self, SignInFailed> {
        let issuer = document["issuer"].as_str().unwrap_or_default().to_owned();
        if !configured.may_be(&issuer) {
            let detail = format!("it calls itself {issuer:?}, configured is {configured}");
            return Err(SignInFailed::new(FailureKind::OtherIssuer, detail));
        }
        Ok(Self {
            issuer,
            authorization: endpoint(document, "authorization_endpoint")?
                .ok_or_else(|| missing("authorization_endpoint"))?,
            token: endpoint(document, "token_endpoint")?
                .ok_or_else(|| missing("token_endpoint"))?,
            userinfo: endpoint(document, "userinfo_endpoint")?,
            keys: endpoint(document, "jwks_uri")?.ok_or_else(|| missing("jwks_uri"))?,
            client_authentication: texts(&document["token_endpoint_auth_methods_supported"]),
            algorithms: texts(&document["id_token_signing_alg_values_supported"]),
        })
    }

    /// Returns whether the secret is sent in the body: only where the issuer does not accept it in the header, which is the
    /// standard's default.
    pub(super) fn takes_the_secret_in_the_body_only(&self) -> bool {
        let takes = |method: &str| {
            self.client_authentication
                .iter()
                .any(|known| known == method)
        };
        takes("client_secret_post") && !takes("client_secret_basic")
    }

    /// Returns whether it announces this algorithm.
    pub(super) fn signs_with(&self, algorithm: &str) -> bool {
        self.algorithms.iter().any(|known| known == algorithm)
    }
}

fn missing(name: &str) -> SignInFailed {
    SignInFailed::new(FailureKind::Metadata, format!("{name} is missing"))
}

/// Reads the URL of an endpoint, where there is one. It has to be https, because codes and secrets are sent there.
fn endpoint(document: &Value, name: &str) -> Result<Option<Url>, SignInFailed> {
    let text = match &document[name] {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim(),
        _ => {
            return Err(SignInFailed::new(
                FailureKind::Metadata,
                format!("{name} is no text"),
            ));
        }
    };
    let url = Url::parse(text).ok().filter(|url| {
        let is_plain = url.username().is_empty() && url.password().is_none();
        is_plain && BaseUrl::parse(&url.origin().ascii_serialization()).is_ok()
    });
    match url {
        Some(mut url) => {
            url.set_fragment(None);
            Ok(Some(url))
        }
        None => Err(SignInFailed::new(
            FailureKind::Metadata,
            format!("{name} is no https URL"),
        )),
    }
}

fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
