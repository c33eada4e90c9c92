//! The way of a request to the relay: who sent it, to which connection, and then to its routes or to forwarding.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use countermand_relay_api::route;
use http::request::Parts;

use super::Relay;
use crate::{
    access::peer,
    context::{ConnectionRequest, RelayContext},
    own_origin::OwnOrigin,
    provider::{self, segments},
    request_peer,
    response::{Refusal, RequestLog, logged},
    routes::{logout_routes, sign_in_routes},
};

impl Relay {
    /// Returns its routes, to be nested at `/relay`. Sign-in by a proxy needs the peer's address in each request
    /// (axum's `ConnectInfo`). The relay answers pages of its origin only. The server around it has to check the `Host`,
    /// as [`Server`](crate::Server) does.
    pub fn router(&self) -> Router {
        let relay = self.clone();
        Router::new().fallback(move |request: Request| {
            let relay = relay.clone();
            request_peer::within(address(&request), async move {
                let (parts, body) = request.into_parts();
                let path = match is_below_its_prefix(&parts) {
                    true => parts.uri.path().to_owned(),
                    false => String::new(),
                };
                relay.answer(&path, parts, body).await
            })
        })
    }

    /// Answers a request whose path begins with the prefix.
    pub(crate) async fn answer_below_prefix(&self, request: Request) -> Response {
        request_peer::within(address(&request), async move {
            let (parts, body) = request.into_parts();
            // Cheap: a part of it is shared and not copied.
            let uri = parts.uri.clone();
            let path = uri.path().get(1 + route::RELAY.len()..).unwrap_or_default();
            self.answer(path, parts, body).await
        })
        .await
    }

    pub(crate) fn launch_route(&self) -> MethodRouter {
        let relay = self.clone();
        any(move |request: Request| {
            let relay = relay.clone();
            request_peer::within(address(&request), async move {
                let launch =
                    |context| async move { sign_in_routes::launch(&context, request).await };
                relay.sign_in(launch).await
            })
        })
    }

    /// Answers a request to `path`, which is below the prefix.
    async fn answer(&self, path: &str, parts: Parts, body: Body) -> Response {
        let Some(segments) = segments(path) else {
            return Refusal::Malformed("The path is not in its one form.").into_response();
        };
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        match segments.as_slice() {
            // The issuer sends browsers back from its own page.
            [route::SIGNED_IN] => {
                let signed_in =
                    |context| async move { sign_in_routes::signed_in(&context, &parts).await };
                return Box::pin(self.sign_in(signed_in)).await;
            }
            [route::OPENAPI] => return self.0.document.answer(&parts.method),
            _ => (),
        }
        // The issuer itself sends this, from no page.
        if let [route::BACK_CHANNEL_LOGOUT] = segments.as_slice() {
            let log_out = |context| async move {
                logout_routes::back_channel_logout(&context, &parts, body).await
            };
            return Box::pin(self.sign_in(log_out)).await;
        }
        let own = parts.extensions.get::<OwnOrigin>();
        let is_own = own
            .unwrap_or(&self.0.origin)
            .is_of(&parts.method, &parts.headers);
        if !is_own {
            return Refusal::Elsewhere.into_response();
        }
        match segments.as_slice() {
            [route::SIGN_IN] => {
                let sign_in =
                    |context| async move { sign_in_routes::sign_in(&context, &parts, body).await };
                Box::pin(self.sign_in(sign_in)).await
            }
            [route::SIGN_OUT] => {
                let sign_out =
                    |context| async move { sign_in_routes::sign_out(&context, &parts).await };
                Box::pin(self.sign_in(sign_out)).await
            }
            [name, rest @ ..] => self.at(name, rest, &parts, body).await,
            [] => Refusal::NotFound.into_response(),
        }
    }

    /// Answers by `act` of the sign-in routes, which ends even where the client disconnects: what the audit says is done.
    async fn sign_in<F>(&self, act: impl FnOnce(Arc<RelayContext>) -> F) -> Response
    where
        F: Future<Output = Result<Response, Refusal>> + Send + 'static,
    {
        match self.0.tasks.run(act(Arc::clone(&self.0))).await {
            Some(answered) => logged("sign_in", answered),
            None => Refusal::Audit.into_response(),
        }
    }

    /// Answers a request to a connection.
    async fn at(&self, name: &str, rest: &[&str], parts: &Parts, body: Body) -> Response {
        let context = &self.0;
        let user = match context.authenticate(parts).await {
            Ok(user) => user,
            Err(nobody) => {
                let refusal = Box::pin(context.refuse(parts, nobody)).await;
                // Without a session nobody learns which connections there are.
                return match provider::by_path(rest) {
                    Some(provider) => refusal.response_of(provider),
                    None => refusal.into_response(),
                };
            }
        };
        let found = context.connections.get(name);
        let allowed = found.and_then(|connection| {
            let role = context.policy.now().role(&connection.config.name, &user)?;
            Some((Arc::clone(connection), role))
        });
        let Some((connection, role)) = allowed else {
            return Refusal::NotFound.into_response();
        };
        let request = ConnectionRequest {
            context: Arc::clone(context),
            connection,
            user,
            role,
        };
        let mut response = match rest {
            // Boxed: what is large is copied for each request, and most are forwarded.
            [route::APPROVALS, rest @ ..] => Box::pin(request.approvals(rest, parts, body)).await,
            [route::BRAKE_RULES, rest @ ..] => {
                Box::pin(request.brake_rules(rest, parts, body)).await
            }
            [route::RUNS, rest @ ..] => Box::pin(request.runs(rest, parts, body)).await,
            [route::WATCH, rest @ ..] => Box::pin(request.watch(rest, parts)).await,
            rest => request.forward(rest, parts, body).await,
        };
        if let Some(log) = response.extensions_mut().get_mut::<RequestLog>() {
            log.connection = Some(request.connection.config.name.to_string());
            log.user = Some(request.user.name.to_string());
        }
        response
    }
}

/// Returns where a request came from, where that is known.
fn address(request: &Request) -> Option<IpAddr> {
    let peer = peer(request.extensions()).to_canonical();
    (!peer.is_unspecified()).then_some(peer)
}

/// Returns whether the path is below the prefix in its one form: a nested router takes two slashes for one.
fn is_below_its_prefix(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<OriginalUri>()
        .is_none_or(|OriginalUri(whole)| {
            let prefix = whole.path().strip_suffix(parts.uri.path());
            prefix.is_some_and(|prefix| !prefix.ends_with('/'))
        })
}
