//! Who an issuer says somebody is, in the identity token or when it is asked.

use std::collections::HashMap;

use openidconnect::{AdditionalClaims, IdTokenClaims, UserInfoClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::PersonName, OidcConfig, User};

/// The claims beyond the standard's own.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct More {
    #[serde(flatten)]
    claims: HashMap<String, Value>,
}

impl AdditionalClaims for More {}

/// What was said, wherever it stood.
pub(super) struct Said<'a> {
    subject: &'a str,
    email: Option<&'a str>,
    email_is_verified: Option<bool>,
    preferred_username: Option<&'a str>,
    more: &'a More,
}

impl<'a> From<&'a IdTokenClaims<More, CoreGenderClaim>> for Said<'a> {
    fn from(claims: &'a IdTokenClaims<More, CoreGenderClaim>) -> Self {
        Self {
            subject: claims.subject().as_str(),
            email: claims.email().map(|email| email.as_str()),
            email_is_verified: claims.email_verified(),
            preferred_username: claims.preferred_username().map(|name| name.as_str()),
            more: claims.additional_claims(),
        }
    }
}

impl<'a> From<&'a UserInfoClaims<More, CoreGenderClaim>> for Said<'a> {
    fn from(claims: &'a UserInfoClaims<More, CoreGenderClaim>) -> Self {
        Self {
            subject: claims.subject().as_str(),
            email: claims.email().map(|email| email.as_str()),
            email_is_verified: claims.email_verified(),
            preferred_username: claims.preferred_username().map(|name| name.as_str()),
            more: claims.additional_claims(),
        }
    }
}

/// The person; none where the claim that names people is missing, or an address is said not to be verified.
pub(super) fn user(said: &Said<'_>, config: &OidcConfig) -> Option<User> {
    let more = &said.more.claims;
    let name = match config.user_claim.as_str() {
        "sub" => said.subject,
        "email" => {
            // Whoever may enter any address there could otherwise be anybody here.
            if said.email_is_verified == Some(false) {
                return None;
            }
            said.email?
        }
        "preferred_username" => said.preferred_username?,
        other => more.get(other)?.as_str()?,
    };
    let groups = more.get(&config.groups_claim);
    let groups = groups.and_then(Value::as_array).into_iter().flatten();
    Some(User {
        name: PersonName::parse(name).ok()?,
        groups: groups
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
}
