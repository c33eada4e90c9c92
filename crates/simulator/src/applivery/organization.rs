//! `GET /organizations/{idOrSlug}`. Its fields are inferred.

use http::StatusCode;
use serde_json::json;

use crate::fleet::identity::Identity;
use crate::server::reply::Reply;

pub(super) fn answer(identity: &Identity) -> Reply {
    Reply::json(
        StatusCode::OK,
        &json!({"status": true, "data": {
            "id": identity.applivery_org(),
            "name": "Simulated Logistics",
            "slug": identity.applivery_slug(),
        }}),
    )
}
