//! `[connection.NAME]`.

mod watch;

use std::collections::BTreeMap;

use countermand_core_model::{DeviceRef, Keys, Organization, Provider, SeverityLevel};
use countermand_server::{
    ApprovalRule, ConnectionConfig, ConnectionName, RequiredNotes,
    access::{Grant, Grants},
};
use countermand_transport::{BaseUrl, RateLimit};

use crate::{
    failure::Failure,
    settings::{default_rate, secret::key_source, section::Section},
};

/// Reads a connection of the relay.
pub(super) fn read(mut section: Section) -> Result<ConnectionConfig, Failure> {
    let name = ConnectionName::parse(section.name())
        .map_err(|error| Failure::usage(format!("[{}]: {error}", section.place())))?;
    let provider: Provider = section.must("provider", |section, key| {
        section.parsed(key, |text| {
            text.parse::<Provider>()
                .map_err(|_| "it must be applivery or enos")
        })
    })?;
    let org = section.must("org", |section, key| {
        section.parsed(key, |text| Organization::parse(provider, text))
    })?;
    let given = section.parsed("base_url", BaseUrl::parse)?;
    let base = match (given, provider.descriptor().default_base_url) {
        (Some(base), _) => base,
        (None, Some(default)) => BaseUrl::parse(default)?,
        (None, None) => {
            let name = provider.display_name();
            let why = format!("is missing: {name} has a host per installation");
            return Err(section.wrong("base_url", why));
        }
    };
    let mut sources = BTreeMap::new();
    let keys = Keys::new(provider, |field| {
        let (secret, source) = section.must(field.name, Section::secret_to_renew)?;
        sources.insert(field.name, source);
        Ok::<_, Failure>(secret)
    })?;
    let mut config = ConnectionConfig::new(name, org, base, keys)?;
    config.key_source = Some(key_source(provider, sources));
    let rate = section.parsed("rate", str::parse::<RateLimit>)?;
    config.rate = rate.or_else(|| default_rate(provider));
    config.addresses = section.all_parsed("addresses", |text| {
        text.parse()
            .map_err(|_| "it must be a network, such as 10.0.0.0/8")
    })?;
    let grant = |text: &str| text.parse::<Grant>();
    config.grants = Grants {
        operators: section.all_parsed("operators", grant)?,
        viewers: section.all_parsed("viewers", grant)?,
    };
    config.devices = section.all_parsed("devices", |text| DeviceRef::parse_for(provider, text))?;
    config.severity_rules = section.severity_rules()?;
    if let Some(mut approval) = section.section("approval")? {
        let rule = ApprovalRule {
            targets: approval.number("targets")?,
            kinds: approval.texts("kinds")?,
            severity: approval.parsed("severity", level)?,
        };
        if rule == ApprovalRule::default() {
            return Err(section.wrong("approval", "must say targets, kinds or severity"));
        }
        approval.end()?;
        config.approval = Some(rule);
    }
    if let Some(watch) = section.section("watch")? {
        config.watch = Some(watch::read(watch)?);
    }
    if let Some(mut requires) = section.section("requires")? {
        config.required_notes = RequiredNotes {
            reason: requires.flag("reason")?,
            ticket: requires.flag("ticket")?,
        };
        requires.end()?;
    }
    section.end()?;
    Ok(config)
}

/// Reads the word of a level.
fn level(word: &str) -> Result<String, &'static str> {
    let known = SeverityLevel::parse(word).ok_or("it must be destructive, disruptive or minor")?;
    Ok(known.as_str().to_owned())
}
