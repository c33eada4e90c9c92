//! Token, timestamp and signature of an ordinary call.

use crate::enos::{errors, signature};
use crate::faults::FaultKind;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub(super) fn check(
    world: &World,
    request: &Request,
    fault: Option<&FaultKind>,
) -> Result<(), Reply> {
    let Some(token) = request.header("apim-accesstoken") else {
        return Err(errors::no_credentials());
    };
    let empty = || errors::token(world, 1202, "a parameter is empty");
    let timestamp = request.header("apim-timestamp").ok_or_else(empty)?;
    let signed = request.header("apim-signature").ok_or_else(empty)?;
    if fault == Some(&FaultKind::TokenExpired) {
        world.lock().tokens.expire_all();
    }
    let now_ms = world.clock.now_ms();
    let (good, window) = {
        let state = world.lock();
        (
            state.tokens.is_good(token, now_ms),
            state.options.enos_clock_window_ms,
        )
    };
    if !good {
        return Err(errors::token(world, 1203, "access token expired"));
    }
    let Ok(sent_ms) = timestamp.parse::<i64>() else {
        return Err(errors::token(world, 1004, "apim-timestamp is not a number"));
    };
    // Whether and how far the clocks may differ is not documented.
    if window.is_some_and(|window| sent_ms.abs_diff(now_ms) > u64::from(window)) {
        return Err(errors::token(
            world,
            1004,
            "apim-timestamp is too far from the server's clock",
        ));
    }
    let secret = world.identity.app_secret();
    // What a wrong signature is answered with is not documented; 1003 is the token service's code
    // for its own hash being wrong.
    if signed != signature::sign(token, &request.query, &request.body, timestamp, &secret) {
        return Err(errors::token(world, 1003, "apim-signature is wrong"));
    }
    let new = world.lock().tokens.is_new(signed);
    if !new || fault == Some(&FaultKind::Replayed) {
        return Err(errors::token(world, 1001, "the request is repeated"));
    }
    Ok(())
}
