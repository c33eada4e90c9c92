//! Who may what at this moment. It is replaced as a whole when the configuration is read again, and asked with each
//! request: nobody keeps what was taken from them.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Grants, PersonName, Role, SignIn, StaticToken, User, digest::Digest};
use crate::upstream::ConnectionName;

/// Who may what, as the configuration says.
#[derive(Debug)]
#[non_exhaustive]
pub struct AccessConfig {
    /// How people sign in.
    pub sign_in: SignIn,
    /// Who may what at each connection. At one that is not here, nobody may anything.
    pub grants: BTreeMap<ConnectionName, Grants>,
    /// Who may read the metrics from elsewhere than this machine.
    pub metrics: Option<StaticToken>,
}

impl AccessConfig {
    /// Nobody may anything anywhere yet.
    pub fn new(sign_in: SignIn) -> Self {
        Self {
            sign_in,
            grants: BTreeMap::new(),
            metrics: None,
        }
    }
}

/// What was read again cannot be taken, and what was before stays.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReloadError {
    /// These two have the same token.
    SharedToken(PersonName, PersonName),
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SharedToken(one, other) => write!(
                f,
                "sign-in: {one} and {other} have the same token: who comes with it could not be told"
            ),
        }
    }
}

impl Error for ReloadError {}

/// The one that holds.
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

    /// Takes another one. The way to sign in cannot be changed so, nor what an issuer knows of this server: where
    /// it is another one, the one before stays, and that is said by `false`.
    pub(crate) fn replace(&self, mut config: AccessConfig) -> Result<bool, ReloadError> {
        check(&config)?;
        let mut holds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_same_way = holds.sign_in.goes_on_as(&config.sign_in);
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

impl AccessConfig {
    /// What `user` may at this connection; none where that is nothing.
    pub(crate) fn role(&self, connection: &ConnectionName, user: &User) -> Option<Role> {
        self.grants.get(connection)?.role(user)
    }

    /// Is a session of this person's, opened with this token, still good? A token that was taken away, or given
    /// to somebody else, opens nothing any more.
    pub(super) fn still_knows(&self, user: &User, by: Option<&Digest>) -> bool {
        match &self.sign_in {
            SignIn::Tokens(tokens) => by.is_some_and(|by| {
                let is_it =
                    |token: &StaticToken| token.digest().is(by) && *token.name() == user.name;
                tokens.iter().any(is_it)
            }),
            SignIn::Launch(_) | SignIn::Proxy(_) | SignIn::Oidc(_) => true,
        }
    }
}
