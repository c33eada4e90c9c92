//! The relay: authenticates each request and hands it to the routes, or to forwarding.

mod answering;
mod config;
mod start;
mod start_error;

use std::{fmt, sync::Arc, time::Duration};

use countermand_core_model::Filter;
use countermand_relay_api::SessionInfo;
use http::{HeaderMap, request::Parts};

use crate::{
    access::{AccessConfig, ReloadError, bearer, owner},
    connection::ConnectionName,
    context::RelayContext,
    forwarding::Renewal,
    runs::{NoRuleBrake, RuleBrake},
};

pub use config::RelayConfig;
pub use start_error::RelayStartError;

/// How long cancels in progress are waited for when the relay stops: as long as one may take at a provider whose token
/// is fetched first (45 s), and the audit before and after it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A relay. Clones share it.
#[derive(Clone)]
pub struct Relay(Arc<RelayContext>);

impl Relay {
    /// Returns what is open to the sender of a request, and records where it fails to authenticate.
    pub(crate) async fn session_info(&self, parts: &Parts) -> SessionInfo {
        let context = &self.0;
        let user = match context.authenticate(parts).await {
            Ok(user) => Some(user),
            Err(nobody) => {
                context.refuse(parts, nobody).await;
                None
            }
        };
        let access = context.policy.now();
        let connections = context.connections.values().filter_map(|connection| {
            let role = access.role(&connection.config.name, user.as_ref()?)?;
            Some(connection.config.info(role))
        });
        SessionInfo {
            sign_in: access.sign_in.method(),
            connections: connections.collect(),
            user: user.as_ref().map(|user| user.name.to_string()),
        }
    }

    /// Waits until no cancel is in progress, for at most as long as one may take.
    pub(crate) async fn cancels_finished(&self) {
        self.0.tasks.finished(PATIENCE).await;
    }

    /// Gives the runs that it works on, and what it watches, to other instances, or to the next start.
    pub(crate) async fn hand_over(&self) {
        tokio::join!(self.0.runs.hand_over(), self.0.watches.stop());
    }

    /// Replaces who may do what, at once. Returns `false` where the sign-in method differs: that needs a restart, and
    /// the method before stays.
    ///
    /// # Errors
    /// When the configuration is not taken. The one before stays.
    pub async fn reload(&self, config: AccessConfig) -> Result<bool, ReloadError> {
        let is_whole = self.0.policy.replace(config)?;
        let ended = self.0.sessions.end_unknown(&self.0.policy.now()).await;
        // Whoever is not known any more is sent away when they come, too.
        let ended = ended.unwrap_or_default();
        tracing::info!(target: "countermand_server::sign_in", ended, is_whole, "who may what was read again");
        Ok(is_whole)
    }

    /// Fetches the keys of every connection again. Where they are others and the provider takes them, they are used from
    /// now on; otherwise the old ones are.
    pub async fn renew_keys(&self) -> Vec<(ConnectionName, Renewal)> {
        let mut renewals = Vec::new();
        for connection in self.0.connections.values() {
            let renewal = connection.upstream.renew_keys().await;
            renewals.push((connection.config.name.clone(), renewal));
        }
        renewals
    }

    /// Starts a brake that nobody pressed, for what matches `filter` at a connection, where and for at most as many commands
    /// as an automatic rule in force says. It is not started while one that does the same is under way.
    ///
    /// # Errors
    /// When no such rule covers it, or the store cannot be used.
    pub async fn brake_by_rule(
        &self,
        connection: &str,
        rule: &str,
        filter: Filter,
    ) -> Result<RuleBrake, NoRuleBrake> {
        let (runs, connection, rule) =
            (self.0.runs.clone(), connection.to_owned(), rule.to_owned());
        let braking = async move { runs.brake_by_rule(&connection, &rule, filter).await };
        // What began is not given up halfway.
        let braked = self.0.tasks.run(braking).await;
        braked.unwrap_or(Err(NoRuleBrake::Broken))
    }

    /// Returns the names of its connections.
    pub fn connections(&self) -> impl Iterator<Item = &ConnectionName> {
        let all = self.0.connections.values();
        all.map(|connection| &connection.config.name)
    }

    /// Returns why the audit or the store cannot be used, where that is so, in words for everybody.
    pub(crate) fn problem(&self) -> Option<String> {
        match self.0.audit.reason() {
            Some(reason) => Some(format!(
                "the audit cannot be written ({reason}): nothing is cancelled until it can"
            )),
            None => self.0.runs.problem(),
        }
    }

    /// Returns whether a request carries the token for the metrics.
    pub(crate) fn may_read_metrics(&self, headers: &HeaderMap) -> bool {
        let access = self.0.policy.now();
        let token = access.metrics.as_ref().zip(bearer(headers));
        token.is_some_and(|(token, presented)| {
            owner(std::slice::from_ref(token), presented, self.0.timer.now()).is_ok()
        })
    }

    /// Hands runs over, waits for the cancels in progress, lets notices that are under way arrive, and seals the audit.
    pub async fn stop(&self) {
        self.hand_over().await;
        // A cancel that takes longer has no answer in the audit, which shows it.
        self.0.tasks.finished(PATIENCE).await;
        self.0.notices.stop().await;
        self.0.audit.seal().await;
        self.0.store.close().await;
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("connections", &self.0.connections.keys())
            .finish_non_exhaustive()
    }
}
