//! Token, timestamp and signature of an ordinary call, and the organization and device that its query names.

use serde_json::json;

use crate::enos::{envelope, signature};
use crate::faults::FaultKind;
use crate::fleet::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// Checks the authentication, then the organization.
pub(super) fn check(call: Call<'_>) -> Result<(), Reply> {
    check_signature(call)?;
    match call.parameter("orgId") {
        None => Err(envelope::invalid(call.world, "orgId", json!(null))),
        Some(org) if org != call.world.identity.enos_org() => {
            Err(envelope::no_permission(call.world))
        }
        Some(_) => Ok(()),
    }
}

fn check_signature(call: Call<'_>) -> Result<(), Reply> {
    let Call { world, request, .. } = call;
    let refused = |code, msg| Err(envelope::token(world, code, msg));
    let Some(token) = request.header("apim-accesstoken") else {
        return Err(envelope::no_credentials());
    };
    let empty = || envelope::token(world, 1202, "a parameter is empty");
    let timestamp = request.header("apim-timestamp").ok_or_else(empty)?;
    let signed = request.header("apim-signature").ok_or_else(empty)?;
    if call.meets(&FaultKind::TokenExpired) {
        world.lock().tokens.expire_all();
    }
    let now_ms = world.clock.now_ms();
    let (good, window) = {
        let state = world.lock();
        let good = state.tokens.is_good(token, now_ms);
        (good, state.options.enos_clock_window_ms)
    };
    if !good {
        return refused(1203, "access token expired");
    }
    let Ok(sent_ms) = timestamp.parse::<i64>() else {
        return refused(1004, "apim-timestamp is not a number");
    };
    // Whether and how far the clocks may differ is not documented.
    if window.is_some_and(|window| sent_ms.abs_diff(now_ms) > u64::from(window)) {
        return refused(1004, "apim-timestamp is too far from the server's clock");
    }
    let secret = world.identity.app_secret();
    // The answer to a wrong signature is not documented; 1003 is the token service's code for a wrong hash.
    if signed != signature::sign(token, &request.query, &request.body, timestamp, &secret) {
        return refused(1003, "apim-signature is wrong");
    }
    let new = world.lock().tokens.is_new(signed);
    if !new || call.meets(&FaultKind::Replayed) {
        return refused(1001, "the request is repeated");
    }
    Ok(())
}

/// The device, named in exactly one of the two ways.
pub(super) fn device(call: Call<'_>) -> Result<(Provider, u32), Reply> {
    let identity = &call.world.identity;
    let invalid = |field, value| Err(envelope::invalid(call.world, field, value));
    let index = match (
        call.parameter("assetId"),
        call.parameter("productKey"),
        call.parameter("deviceKey"),
    ) {
        (Some(asset_id), None, None) => identity.asset_index(asset_id),
        (None, Some(product), Some(device)) => identity.key_index(product, device),
        (None, None, None) => return invalid("assetId", json!(null)),
        (Some(asset_id), ..) => {
            let both = format!("{asset_id} beside productKey or deviceKey");
            return invalid("assetId", json!(both));
        }
        _ => return invalid("productKey + deviceKey", json!(null)),
    };
    let index = index.ok_or_else(|| envelope::does_not_exist(call.world, "device"))?;
    Ok((Provider::Enos, index))
}
