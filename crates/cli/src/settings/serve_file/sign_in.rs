//! `[sign_in]`: exactly one way to sign in.

use std::time::Duration;

use countermand_core_model::{InvalidValue, Timestamp};
use countermand_server::access::{IssuerUrl, OidcConfig, ProxyConfig, SignIn, StaticToken};

use crate::{failure::Failure, settings::section::Section};

/// Reads how people sign in.
pub(super) fn read(mut section: Section) -> Result<SignIn, Failure> {
    let oidc = section.section("oidc")?;
    let proxy = section.section("proxy")?;
    let tokens = section.list("token")?;
    section.end()?;
    match (oidc, proxy, tokens.is_empty()) {
        (Some(oidc), None, true) => self::oidc(oidc).map(SignIn::Oidc),
        (None, Some(proxy), true) => self::proxy(proxy).map(SignIn::Proxy),
        (None, None, false) => tokens
            .into_iter()
            .map(token)
            .collect::<Result<_, _>>()
            .map(SignIn::Tokens),
        _ => Err(Failure::usage(
            "sign_in must be one of [sign_in.oidc], [sign_in.proxy] and [[sign_in.token]]: with two, the weaker would be the one that counts",
        )),
    }
}

fn oidc(mut section: Section) -> Result<OidcConfig, Failure> {
    let issuer = section.must("issuer", |section, key| {
        section.parsed(key, IssuerUrl::parse)
    })?;
    let mut config = OidcConfig::new(issuer, section.must("client_id", Section::text)?);
    config.client_secret = section.secret("client_secret")?;
    let scopes = section.texts("scopes")?;
    if !scopes.is_empty() {
        config.scopes = scopes;
    }
    if let Some(claim) = section.text("user_claim")? {
        config.user_claim = claim;
    }
    if let Some(claim) = section.text("groups_claim")? {
        config.groups_claim = Some(claim);
    }
    if let Some(minutes) = section.number("session_minutes")? {
        if !(1..=720).contains(&minutes) {
            return Err(section.wrong("session_minutes", "must be 1 to 720"));
        }
        config.longest_session = Some(Duration::from_secs(60 * minutes as u64));
    }
    section.end()?;
    Ok(config)
}

fn proxy(mut section: Section) -> Result<ProxyConfig, Failure> {
    let rule = |_| InvalidValue::new("header", "must be the name of a header", "");
    let config = ProxyConfig {
        header: section.must("header", |section, key| {
            section.parsed(key, |text| text.parse().map_err(rule))
        })?,
        groups_header: section.parsed("groups_header", |text| text.parse().map_err(rule))?,
        from: section.all_parsed("from", |text| {
            text.parse()
                .map_err(|_| "it must be a network, such as 10.0.0.0/8 or 127.0.0.1/32")
        })?,
    };
    if config.from.is_empty() {
        return Err(section.wrong(
            "from",
            "is missing: it lists the proxies that are trusted to identify users",
        ));
    }
    let may_be_anywhere = section.flag("from_anywhere")?;
    if let Some(net) = config.too_wide()
        && !may_be_anywhere
    {
        let rule = format!(
            "has {net}: anyone there could pass as any user. Enter only the addresses that the proxy connects from; if nobody else can connect at all, set from_anywhere = true"
        );
        return Err(section.wrong("from", rule));
    }
    section.end()?;
    Ok(config)
}

fn token(mut section: Section) -> Result<StaticToken, Failure> {
    let name = section.must("name", Section::text)?;
    // The value may be the token itself, by mistake: it is not repeated.
    let token = section.must("sha256", |section, key| {
        section.parsed(key, |hash| StaticToken::new(&name, hash))
    })?;
    let expires = section.parsed("expires", |text| {
        Timestamp::parse_rfc3339(text).ok_or("it must be a time as 2027-01-31T00:00:00Z")
    })?;
    section.end()?;
    Ok(match expires {
        Some(at) => token.expiring(at),
        None => token,
    })
}
