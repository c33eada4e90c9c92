//! Who signed a token (JSON Web Signature in its compact form).

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
    /// What one has to understand to read the token: nothing of it is known here.
    #[serde(default)]
    crit: Option<Value>,
}

/// The claims of a token that the issuer signed. A client with a secret may get one that is signed with it, where
/// the issuer says that it does so.
pub(super) fn claims(
    token: &str,
    known: &Known,
    client_secret: Option<&Secret>,
) -> Result<Map<String, Value>, SignInFailed> {
    let malformed = |detail| SignInFailed::new(FailureKind::IdToken, detail);
    let unsigned = |detail: &str| SignInFailed::new(FailureKind::Signature, detail);
    let mut parts = token.trim().split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed(
            "it has not three parts: encrypted ones are not read",
        ));
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
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
    let signature = decoded(signature).map_err(|_| malformed("its signature is no base64url"))?;
    let message = format!("{header}.{payload}");
    let is_by = |key: &CoreJsonWebKey| {
        key.verify_signature(&algorithm, message.as_bytes(), &signature)
            .is_ok()
    };
    let is_signed = if algorithm.uses_shared_secret() {
        if !known.metadata.signs_with(&head.alg) {
            return Err(unsigned(
                "it is signed with a shared secret, which the issuer does not announce",
            ));
        }
        let secret = client_secret
            .ok_or_else(|| unsigned("it is signed with the client's secret, and none is set"))?;
        // The library takes one of another length for a mistake of its caller's, and panics.
        if Some(signature.len()) != length_of_shared(&algorithm) {
            return Err(unsigned("the signature has not the length of its kind"));
        }
        // Exposed to check what the issuer signed with it.
        let key = secret.expose_secret().as_bytes().to_vec();
        is_by(&CoreJsonWebKey::new_symmetric(key))
    } else {
        let mut keys = known
            .keys
            .iter()
            .filter(|key| may_sign(key, &algorithm, head.kid.as_deref()))
            .peekable();
        if keys.peek().is_none() {
            return Err(unsigned("the issuer has no such key"));
        }
        keys.any(is_by)
    };
    if !is_signed {
        return Err(unsigned("the signature is wrong"));
    }
    let payload = decoded(payload).map_err(|_| malformed("its claims are no base64url"))?;
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

/// May this key have signed it? One of the issuer's that is for signing, with the token's name where both have one.
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
    // A key of the issuer's that is a shared secret would be one that everybody can read.
    let is_public = algorithm.key_type().as_ref() == Some(key.key_type());
    let is_for_signing = key.key_use().is_none_or(JsonWebKeyUse::allows_signature);
    is_named && is_for_this && is_public && is_for_signing
}
