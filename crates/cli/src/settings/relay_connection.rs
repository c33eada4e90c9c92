//! A profile as a connection of the relay.

use std::collections::BTreeMap;

use countermand_core_model::{KeyField, Keys, Organization, Provider};
use countermand_server::{ConnectionConfig, ConnectionName, access::Grants};
use countermand_transport::{BaseUrl, RateLimit};

use super::{
    profile::Profile,
    secret::{NamedSource, key_source},
};
use crate::failure::Failure;

/// Returns the rate that the provider documents, if any.
pub(crate) fn default_rate(provider: Provider) -> Option<RateLimit> {
    countermand_client::Connection::default_rate(provider)
}

/// Returns the connection of a profile, for the person who started the server.
///
/// # Errors
/// Names what the profile lacks.
pub(crate) fn relay_connection(profile: &Profile) -> Result<ConnectionConfig, Failure> {
    let missing =
        |what: &str| Failure::usage(format!("{what} of profile {:?} is missing", profile.name));
    let provider = profile.provider.ok_or_else(|| missing("provider"))?;
    let org = profile.org.as_deref().ok_or_else(|| missing("org"))?;
    let base = profile.base_url.as_deref();
    let base = base
        .or(provider.descriptor().default_base_url)
        .ok_or_else(|| missing("base_url"))?;
    for (what, is_set) in [
        ("header", !profile.headers.is_empty()),
        ("ca_file", profile.ca_file.is_some()),
    ] {
        if is_set {
            return Err(Failure::usage(format!(
                "{what} of profile {:?} is not for `serve`, which would not use it",
                profile.name
            )));
        }
    }
    let mut sources = BTreeMap::new();
    let keys = Keys::new(provider, |KeyField { name, .. }| {
        let source = profile.keys.get(name).ok_or_else(|| missing(name))?;
        let source = NamedSource {
            name: format!("{name} of profile {:?}", profile.name),
            source: source.clone(),
        };
        let key = source.read();
        sources.insert(*name, source);
        key
    })?;
    let mut config = ConnectionConfig::new(
        ConnectionName::parse(&slug(&profile.name))?,
        Organization::parse(provider, org)?,
        BaseUrl::parse(base)?,
        keys,
    )?;
    config.key_source = Some(key_source(provider, sources));
    config.rate = default_rate(provider);
    config.severity_rules = profile.severity_rules.clone();
    config.grants = Grants::everyone();
    // The person who runs this machine decides where its names lead.
    let everywhere = ["0.0.0.0/0", "::/0"];
    config.addresses = everywhere
        .iter()
        .filter_map(|net| net.parse().ok())
        .collect();
    Ok(config)
}

/// Returns a profile's name in characters that a path can have.
fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_end_matches('-').chars().take(63).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_they_can_stand_in_a_path() {
        for (name, slugged) in [
            ("fleet", "fleet"),
            ("My Fleet (EU)", "my-fleet-eu"),
            ("--x--", "x"),
            ("日本", ""),
        ] {
            assert_eq!(slug(name), slugged);
        }
    }
}
