//! What it takes to talk to a vendor, and the stack of layers that does.

use std::num::NonZeroU32;

use countermand_applivery::Bearer;
use countermand_core_model::{InvalidValue, Organization, Provider, Secret};
use countermand_enos::Signed;
use countermand_transport::{
    BaseUrl, BoxTransport, Rate, RateLimit, Retry, RetryPolicy, SharedTimer, Timeout, Trace,
    Transport,
};

use crate::{
    Timeouts,
    relayed::{RelaySays, Relayed},
};

/// The keys of a connection. Redacted in Debug; never printed, never serialised.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Applivery's service-account token.
    Applivery {
        /// The token.
        token: Secret,
    },
    /// EnOS's application.
    Enos {
        /// The application's key.
        app_key: Secret,
        /// The application's secret.
        app_secret: Secret,
    },
    /// None: a relay on the way adds this vendor's, and knows who may.
    HeldByRelay(Provider),
}

impl Credentials {
    /// The vendor these keys are for.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Applivery { .. } => Provider::Applivery,
            Self::Enos { .. } => Provider::Enos,
            Self::HeldByRelay(provider) => *provider,
        }
    }

    /// Is it a relay that has the keys?
    pub fn are_held_by_relay(&self) -> bool {
        matches!(self, Self::HeldByRelay(_))
    }
}

/// One organisation at one vendor, with the key to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// The organisation, which also says the vendor.
    pub org: Organization,
    /// Where the vendor's API is.
    pub base: BaseUrl,
    /// The keys.
    pub credentials: Credentials,
    /// How many requests may be made; none: as fast as they go.
    pub rate: Option<RateLimit>,
    /// How long things may take.
    pub timeouts: Timeouts,
}

impl Connection {
    /// A connection with the vendor's default rate; over a relay with none, for the relay keeps it for all.
    ///
    /// # Errors
    /// When the keys are another vendor's than the organisation.
    pub fn new(
        org: Organization,
        base: BaseUrl,
        credentials: Credentials,
    ) -> Result<Self, InvalidValue> {
        if org.provider() != credentials.provider() {
            return Err(InvalidValue::new(
                "credentials",
                "must be of the organisation's vendor",
                credentials.provider().as_str(),
            ));
        }
        let rate = if credentials.are_held_by_relay() {
            None
        } else {
            Self::default_rate(org.provider())
        };
        Ok(Self {
            org,
            base,
            credentials,
            rate,
            timeouts: Timeouts::default(),
        })
    }

    /// The rate that a vendor allows, as far as it says: Applivery 10,000 an hour with a burst of 100.
    pub fn default_rate(provider: Provider) -> Option<RateLimit> {
        match provider {
            Provider::Applivery => Some(RateLimit {
                per_hour: NonZeroU32::new(10_000)?,
                burst: NonZeroU32::new(100)?,
            }),
            Provider::Enos => None,
        }
    }

    /// The layers around `backend`, in the order in which the transport's documentation names them.
    ///
    /// A relay stands where the authentication does otherwise: what it says of the session is noted there.
    pub(crate) fn stack(
        &self,
        backend: impl Transport,
        timer: &SharedTimer,
        relay: &RelaySays,
    ) -> Result<BoxTransport, InvalidValue> {
        let timed = Timeout::new(backend, timer.clone(), self.timeouts.attempt);
        Ok(match &self.credentials {
            Credentials::Applivery { token } => self.outer(Bearer::new(timed, token)?, timer),
            Credentials::Enos {
                app_key,
                app_secret,
            } => {
                let keys = countermand_enos::Credentials::new(app_key.clone(), app_secret.clone())?;
                self.outer(
                    Signed::new(timed, self.base.clone(), keys, timer.clone()),
                    timer,
                )
            }
            Credentials::HeldByRelay(_) => self.outer(Relayed::new(timed, relay.clone()), timer),
        })
    }

    fn outer(&self, authenticated: impl Transport, timer: &SharedTimer) -> BoxTransport {
        let rated = Rate::new(authenticated, timer.clone(), self.rate);
        let mut policy = RetryPolicy::default();
        policy.budget = self.timeouts.retry_budget;
        BoxTransport::new(Trace::new(
            Retry::new(rated, timer.clone(), policy),
            timer.clone(),
        ))
    }
}
