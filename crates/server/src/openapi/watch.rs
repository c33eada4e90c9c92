//! How a connection's watch stands.

use countermand_relay_api::{SignInMethod, WatchState, route};
use http::StatusCode;
use utoipa::openapi::HttpMethod::Get;

use super::operation::Operation;

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let path = route::watch("{connection}");
    let summary = "How the devices of a connection are watched";
    vec![
        Operation::of_connection(sign_in, Get, &path, "watch", summary)
            .json::<WatchState>(StatusCode::OK, "The watch, as it was some seconds ago."),
    ]
}
