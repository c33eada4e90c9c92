//! Verifies signatures of tokens (JSON Web Signature, compact form).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use countermand_core_model::{ExposeSecret, Secret};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    failure::{FailureKind, SignInFailed},
    issuer::Known,
};

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// Extensions that a reader has to know. None is supported.
    #[serde(default)]
    crit: Option<Value>,
}

/// A token in its compact form, decoded as far as its signature needs.
struct Compact<'a> {
    head: Header,
    algorithm: CoreJwsSigningAlgorithm,
    /// What is signed: header and payload as they came.
    message: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

fn malformed(detail: &str) -> SignInFailed {
    SignInFailed::new(FailureKind::IdToken, detail)
}

fn unsigned(detail: &str) -> SignInFailed {
    SignInFailed::new(FailureKind::Signature, detail)
}

fn decoded(part: &str) -> Result<Vec<u8>, base64::DecodeError> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('='))
}

impl<'a> Compact<'a> {
    fn parse(token: &'a str) -> Result<Self, SignInFailed> {
        let token = token.trim();
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(malformed(
                "it has not three parts: encrypted ones are not read",
            ));
        };
        let bytes = decoded(header).map_err(|_| malformed("its header is no base64url"))?;
        let head: Header =
            serde_json::from_slice(&bytes).map_err(|_| malformed("its header cannot be read"))?;
        if head.crit.is_some() {
            return Err(malformed("it asks for an extension (crit)"));
        }
        let algorithm: CoreJwsSigningAlgorithm =
            serde_json::from_value(Value::String(head.alg.clone()))
                .map_err(|_| unsigned("it is signed with an algorithm that is not known"))?;
        if algorithm == CoreJwsSigningAlgorithm::None {
            return Err(unsigned("it is not signed at all"));
        }
        let message = token.rsplit_once('.').map_or(token, |(message, _)| message);
        Ok(Self {
            head,
            algorithm,
            message,
            payload,
            signature: decoded(signature)
                .map_err(|_| malformed("its signature is no base64url"))?,
        })
    }

    fn is_by(&self, key: &CoreJsonWebKey) -> bool {
        let message = self.message.as_bytes();
        key.verify_signature(&self.algorithm, message, &self.signature)
            .is_ok()
    }

    /// Returns whether it is signed with the client's secret.
    fn is_by_client(&self, known: &Known, secret: Option<&Secret>) -> Result<bool, SignInFailed> {
        if !known.metadata.signs_with(&self.head.alg) {
            return Err(unsigned(
                "it is signed with a shared secret, which the issuer does not announce",
            ));
        }
        let secret = secret
            .ok_or_else(|| unsigned("it is signed with the client's secret, and none is set"))?;
        // The library takes a signature of another length for a mistake of its caller, and panics.
        if Some(self.signature.len()) != length_of_shared(&self.algorithm) {
            return Err(unsigned("the signature has not the length of its kind"));
        }
        // Exposed to check what the issuer signed with it.
        let key = secret.expose_secret().as_bytes().to_vec();
        Ok(self.is_by(&CoreJsonWebKey::new_symmetric(key)))
    }

    /// Returns whether it is signed with one of the issuer's keys.
    fn is_by_issuer(&self, known: &Known) -> Result<bool, SignInFailed> {
        let name = self.head.kid.as_deref();
        let keys = known.keys.iter();
        let mut keys = keys
            .filter(|key| may_sign(key, &self.algorithm, name))
            .peekable();
        if keys.peek().is_none() {
            return Err(unsigned("the issuer has no such key"));
        }
        Ok(keys.any(|key| self.is_by(key)))
    }
}

/// Returns the claims of a token that the issuer signed. A client with a secret may get a token that is signed with
/// it, where the issuer says that it does so.
pub(super) fn claims(
    token: &str,
    known: &Known,
    client_secret: Option<&Secret>,
) -> Result<Map<String, Value>, SignInFailed> {
    let token = Compact::parse(token)?;
    let is_signed = match token.algorithm.uses_shared_secret() {
        true => token.is_by_client(known, client_secret)?,
        false => token.is_by_issuer(known)?,
    };
    if !is_signed {
        return Err(unsigned("the signature is wrong"));
    }
    let payload = decoded(token.payload).map_err(|_| malformed("its claims are no base64url"))?;
    serde_json::from_slice(&payload).map_err(|_| malformed("its claims are no JSON object"))
}

/// How many bytes a signature with a shared secret has.
fn length_of_shared(algorithm: &CoreJwsSigningAlgorithm) -> Option<usize> {
    match algorithm {
        CoreJwsSigningAlgorithm::HmacSha256 => Some(32),
        CoreJwsSigningAlgorithm::HmacSha384 => Some(48),
        CoreJwsSigningAlgorithm::HmacSha512 => Some(64),
        _ => None,
    }
}

/// Returns whether a key may have signed: a public key for signing, with the token's key id where both have one.
fn may_sign(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm, name: Option<&str>) -> bool {
    let is_named = match (name, key.key_id()) {
        (Some(name), Some(known)) => known.as_str() == name,
        _ => true,
    };
    let is_for_this = match key.signing_alg() {
        JsonWebKeyAlgorithm::Algorithm(only) => only == algorithm,
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    // A published shared secret would be known to everybody.
    let is_public = algorithm.key_type().as_ref() == Some(key.key_type());
    let is_for_signing = key.key_use().is_none_or(JsonWebKeyUse::allows_signature);
    is_named && is_for_this && is_public && is_for_signing
}
