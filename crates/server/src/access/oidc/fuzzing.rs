//! Reads the responses of an issuer, without the issuer.

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret, Timestamp};
use http::Response;
use serde_json::{Map, Value};

use super::{
    config::OidcConfig,
    id_token::{self, Expected},
    issuer::{Known, Tokens},
    issuer_url::IssuerUrl,
    metadata::Metadata,
    person_claims, signature,
};

/// An issuer with its metadata and without keys.
#[derive(Debug)]
pub struct Issuer(Known, OidcConfig);

/// A person, as the issuer names them.
#[derive(Debug)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their groups.
    pub groups: Vec<String>,
}

impl Issuer {
    /// Returns the issuer at `url` with this metadata, and a confidential client `us`.
    pub fn read(url: &str, document: &Value) -> Option<Self> {
        let url = IssuerUrl::parse(url).ok()?;
        let metadata = Metadata::read(document, &url).ok()?;
        let mut config = OidcConfig::new(url, "us");
        config.client_secret = Some(Secret::from("a secret that nobody can guess"));
        let known = Known {
            metadata,
            keys: Vec::new(),
        };
        Some(Self(known, config))
    }

    /// Returns the identity token and the access token in a response.
    pub fn tokens(answer: &Response<Bytes>) -> Option<(String, Option<String>)> {
        let Tokens {
            id_token,
            access_token,
            ..
        } = Tokens::read(answer).ok()?;
        let id_token = id_token?;
        // Exposed to be compared with what was sent: there is no secret here.
        let access_token = access_token.map(|token| token.expose_secret().to_owned());
        Some((id_token, access_token))
    }

    /// Returns the claims of a token that it signed.
    pub fn claims(&self, token: &str) -> Option<Map<String, Value>> {
        signature::claims(token, &self.0, self.1.client_secret.as_ref()).ok()
    }

    /// Returns whether a token with these claims is valid at `now`, for a sign-in with `nonce`.
    pub fn accepts(&self, claims: &Map<String, Value>, nonce: &str, now: Timestamp) -> bool {
        let expected = Expected {
            issuer: &self.0.metadata.issuer,
            client_id: &self.1.client_id,
            nonce: Some(nonce),
            now,
        };
        id_token::check(claims, &expected).is_ok()
    }

    /// Returns the person, from the token's claims and the userinfo response.
    pub fn person(
        &self,
        token: &Map<String, Value>,
        told: Option<&Map<String, Value>>,
    ) -> Option<Person> {
        let user = person_claims::user(token, told, &self.1).ok()?;
        Some(Person {
            name: user.name.to_string(),
            groups: user.groups,
        })
    }
}
