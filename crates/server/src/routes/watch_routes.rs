//! How a connection's watch stands.

use axum::response::Response;
use countermand_relay_api::WatchState;
use http::{Method, StatusCode, request::Parts};

use crate::{
    context::ConnectionRequest,
    response::{Refusal, json, logged},
};

impl ConnectionRequest {
    /// Answers `watch`.
    pub(crate) async fn watch(&self, rest: &[&str], parts: &Parts) -> Response {
        logged("watch", self.watch_of(rest, parts).await)
    }

    async fn watch_of(&self, rest: &[&str], parts: &Parts) -> Result<Response, Refusal> {
        if !rest.is_empty() || parts.uri.query().is_some() {
            return Err(Refusal::NotFound);
        }
        if parts.method != Method::GET {
            return Err(Refusal::Method("GET"));
        }
        let config = &self.connection.config;
        let mut state = match config.watch {
            Some(_) => self.context.watches.state(config.name.as_str()).await,
            None => Ok(WatchState {
                state: "off".to_owned(),
                ..WatchState::default()
            }),
        }
        .map_err(|_| Refusal::Store)?;
        if state.state.is_empty() {
            "starting".clone_into(&mut state.state);
        }
        Ok(json(StatusCode::OK, &state))
    }
}
