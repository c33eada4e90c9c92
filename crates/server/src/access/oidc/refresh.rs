//! Asks the issuer again about somebody who signed in (OpenID Connect Core 1.0, 12).

use countermand_core_model::Secret;

use super::{
    FailureKind, Known, Oidc, SOMEBODY_ELSE, SignInFailed, Tokens,
    id_token::{self, Expected},
    person_claims::{self, Claims},
};
use crate::access::role::User;

/// What the issuer says of somebody who signed in before. A new refresh token takes the place of the one before.
pub(crate) enum Refreshed {
    /// They are still let in. `None` where it says no more than that.
    Still(Option<User>, Option<Secret>),
    /// They are not any more.
    Over(SignInFailed),
    /// It cannot be asked, or does not say it now.
    Away(SignInFailed, Option<Secret>),
}

impl Oidc {
    /// Asks about the person whom the issuer calls `about`.
    pub(crate) async fn refresh(&self, refresh_token: &Secret, about: &str) -> Refreshed {
        let known = match self.issuer.known().await {
            Ok(known) => known,
            Err(failed) => return Refreshed::Away(failed, None),
        };
        let tokens = match self.issuer.tokens_again(&known, refresh_token).await {
            Ok(tokens) => tokens,
            Err(failed) if failed.kind() == FailureKind::Ended => return Refreshed::Over(failed),
            Err(failed) => return Refreshed::Away(failed, None),
        };
        match self.person_again(known, &tokens, about).await {
            Ok(user) => Refreshed::Still(user, tokens.refresh_token),
            Err(failed) if is_passing(&failed) => Refreshed::Away(failed, tokens.refresh_token),
            Err(failed) => Refreshed::Over(failed),
        }
    }

    async fn person_again(
        &self,
        mut known: std::sync::Arc<Known>,
        tokens: &Tokens,
        about: &str,
    ) -> Result<Option<User>, SignInFailed> {
        let mut claims = Claims::new();
        if let Some(token) = &tokens.id_token {
            (known, claims) = self.signed(known, token).await?;
            let expected = Expected {
                issuer: &known.metadata.issuer,
                client_id: &self.config.client_id,
                nonce: None,
                now: self.timer.now(),
            };
            if id_token::check(&claims, &expected)? != about {
                return Err(SignInFailed::new(FailureKind::IdToken, SOMEBODY_ELSE));
            }
        }
        let mut more = None;
        if let (Some(url), Some(access_token)) = (&known.metadata.userinfo, &tokens.access_token)
            && person_claims::is_missing_something(&claims, &self.config)
        {
            let about = Some(about.to_owned());
            more = match self.userinfo_about(&known, url, access_token, about).await {
                Ok(claims) => Some(claims),
                Err(failed)
                    if is_passing(&failed) && person_claims::are_enough(&claims, &self.config) =>
                {
                    None
                }
                Err(failed) => return Err(failed),
            };
        }
        if claims.is_empty() && more.is_none() {
            return Ok(None);
        }
        person_claims::user(&claims, more.as_ref(), &self.config).map(Some)
    }
}

/// Returns whether it may be otherwise when the issuer is asked again: nothing is wrong with the person.
fn is_passing(failed: &SignInFailed) -> bool {
    let is_about_another = failed.detail() == Some(SOMEBODY_ELSE);
    failed.kind().is_of_the_issuer()
        || (failed.kind() == FailureKind::UserInfo && !is_about_another)
}
