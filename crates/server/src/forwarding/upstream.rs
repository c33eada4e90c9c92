//! A connection's way to its provider: the keys, the budget, and what an answer may bring back.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_client::Client;
use countermand_core_model::{InvalidValue, Keys};
use countermand_store::Store;
use countermand_transport::{
    AddressRule, BoxTransport, Budget, HyperTransport, Rate, RequestClass, ReqwestOptions,
    SharedTimer, Timeout, Transport, TransportError,
};
use http::{Request, Response};

use super::{
    rotating::{Renewal, Rotating},
    shared_budget::StoreLender,
};
use crate::{addresses, connection::ConnectionConfig, provider::served};

/// The largest response of a provider that is read.
const LARGEST_ANSWER: usize = 16 << 20;

/// How long a provider may take to answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// The way to a provider.
pub(crate) struct Upstream {
    transport: Rotating,
    pub(crate) budget: Arc<Budget>,
}

impl Upstream {
    /// Builds the layers in the order of the transport's documentation. Nothing is retried here: the client does that,
    /// which knows what it asked for.
    pub(crate) fn new(
        config: &ConnectionConfig,
        timer: &SharedTimer,
    ) -> Result<Self, UpstreamError> {
        let mut options = ReqwestOptions::default();
        options.max_body_bytes = LARGEST_ANSWER;
        options.addresses = Some(AddressRule::new(addresses::rule(
            config.base.is_loopback(),
            config.addresses.clone(),
        )));
        let backend = HyperTransport::with_options(&options).map_err(UpstreamError::Transport)?;
        let timed = BoxTransport::new(Timeout::new(backend, timer.clone(), LONGEST_ANSWER));
        let served = served(config.keys.provider()).map_err(UpstreamError::Keys)?;
        let (base, clock) = (config.base.clone(), timer.clone());
        let authenticate =
            move |keys: &Keys| (served.authenticate)(timed.clone(), &base, keys, &clock);
        let transport = Rotating::new(config, timer, authenticate).map_err(UpstreamError::Keys)?;
        Ok(Self {
            transport,
            budget: Arc::new(Budget::new(timer.clone(), config.rate)),
        })
    }

    /// Draws on the budget of a store from here on, where others may send requests of the same connection.
    pub(crate) fn share_budget(
        &mut self,
        config: &ConnectionConfig,
        store: &Store,
        timer: &SharedTimer,
    ) {
        let Some(rate) = config.rate.filter(|_| !store.is_exclusive()) else {
            return;
        };
        let lender = StoreLender::new(store.clone(), config.name.to_string(), rate);
        let budget = Budget::leasing(timer.clone(), rate, Arc::new(lender));
        self.budget = Arc::new(budget);
    }

    /// Fetches the keys again, and uses them if they are others and the provider takes them.
    pub(crate) async fn renew_keys(&self) -> Renewal {
        self.transport.renew().await
    }

    /// Returns a client that has the same keys, and draws on the same budget.
    pub(crate) fn client(
        &self,
        config: &ConnectionConfig,
        timer: &SharedTimer,
    ) -> Result<Client, UpstreamError> {
        let transport = Rate::sharing(self.transport.clone(), Arc::clone(&self.budget));
        let (org, base) = (config.org.clone(), config.base.clone());
        Client::over(transport, org, base, config.rate, timer.clone()).map_err(UpstreamError::Keys)
    }

    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let class = RequestClass::of(&request);
        let answer = self.transport.send(request).await?;
        self.budget.heed(class, &answer).await;
        Ok(answer)
    }
}

/// There is no way to a provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// A key cannot be part of a request.
    #[error("the keys cannot be used")]
    Keys(#[source] InvalidValue),
    /// The client cannot be set up on this machine.
    #[error("no client can be set up on this machine")]
    Transport(#[source] TransportError),
}
