//! Who an identity token names.

use std::collections::HashMap;

use openidconnect::{AdditionalClaims, IdTokenClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{OidcConfig, User};

/// The claims beyond the standard's own.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct More {
    #[serde(flatten)]
    claims: HashMap<String, Value>,
}

impl AdditionalClaims for More {}

/// The person; none where the claim that names people is missing, or an address is said not to be verified.
pub(super) fn user(
    claims: &IdTokenClaims<More, CoreGenderClaim>,
    config: &OidcConfig,
) -> Option<User> {
    let more = &claims.additional_claims().claims;
    let name = match config.user_claim.as_str() {
        "sub" => claims.subject().as_str(),
        "email" => {
            // Whoever may enter any address there could otherwise be anybody here.
            if claims.email_verified() == Some(false) {
                return None;
            }
            claims.email()?.as_str()
        }
        "preferred_username" => claims.preferred_username()?.as_str(),
        other => more.get(other)?.as_str()?,
    };
    let groups = more.get(&config.groups_claim);
    let groups = groups.and_then(Value::as_array).into_iter().flatten();
    let is_name = !name.trim().is_empty() && !name.chars().any(char::is_control);
    is_name.then(|| User {
        name: name.to_owned(),
        groups: groups
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
}
