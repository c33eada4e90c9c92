//! Who may do what. The policy is replaced as a whole when the configuration is read again, and is consulted with each
//! request, so that nobody keeps what was taken from them.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use countermand_core_model::Timestamp;
use countermand_relay_api::Role;

use super::{
    digest::Digest,
    person::PersonName,
    role::{Grants, User},
    sign_in::SignIn,
    static_token::StaticToken,
};
use crate::connection::ConnectionName;

/// Who may do what, as configured.
#[derive(Debug)]
#[non_exhaustive]
pub struct AccessConfig {
    /// How people sign in.
    pub sign_in: SignIn,
    /// Who may do what at each connection. At a connection that is missing here, nobody may do anything.
    pub grants: BTreeMap<ConnectionName, Grants>,
    /// Who may read the metrics from elsewhere than this machine.
    pub metrics: Option<StaticToken>,
}

impl AccessConfig {
    /// Returns a configuration in which nobody may do anything yet.
    pub fn new(sign_in: SignIn) -> Self {
        Self {
            sign_in,
            grants: BTreeMap::new(),
            metrics: None,
        }
    }

    /// Returns what `user` may do at a connection.
    pub(crate) fn role(&self, connection: &ConnectionName, user: &User) -> Option<Role> {
        self.grants.get(connection)?.role(user)
    }

    /// Returns whether a session of `user`, opened with the token `by`, is still valid at `now`. It ends with its token.
    pub(super) fn still_knows(&self, user: &User, by: Option<&Digest>, now: Timestamp) -> bool {
        match &self.sign_in {
            SignIn::Tokens(tokens) => by.is_some_and(|by| {
                let is_it = |token: &StaticToken| {
                    token.digest().is(by) && *token.name() == user.name && !token.is_over(now)
                };
                tokens.iter().any(is_it)
            }),
            SignIn::Launch(_) | SignIn::Proxy(_) | SignIn::Oidc(_) => true,
        }
    }
}

/// Why a configuration is not taken. The one before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// These two have the same token.
    #[error("sign-in: {0} and {1} have the same token: who comes with it could not be told")]
    SharedToken(PersonName, PersonName),
}

/// The policy in force.
#[derive(Debug)]
pub(crate) struct Policy(RwLock<Arc<AccessConfig>>);

impl Policy {
    pub(crate) fn new(config: AccessConfig) -> Result<Self, ReloadError> {
        check(&config)?;
        Ok(Self(RwLock::new(Arc::new(config))))
    }

    pub(crate) fn now(&self) -> Arc<AccessConfig> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes another configuration. How people sign in cannot be changed this way: where it differs, the method before
    /// stays and `false` is returned.
    pub(crate) fn replace(&self, mut config: AccessConfig) -> Result<bool, ReloadError> {
        check(&config)?;
        let mut holds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_same_way = holds.sign_in.is_same_as(&config.sign_in);
        if !is_same_way || matches!(config.sign_in, SignIn::Launch(_) | SignIn::Oidc(_)) {
            config.sign_in = holds.sign_in.clone();
        }
        *holds = Arc::new(config);
        Ok(is_same_way)
    }
}

fn check(config: &AccessConfig) -> Result<(), ReloadError> {
    match &config.sign_in {
        SignIn::Tokens(tokens) => match StaticToken::shared(tokens) {
            Some((one, other)) => Err(ReloadError::SharedToken(one.clone(), other.clone())),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
