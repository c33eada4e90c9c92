//! The connections that can be opened or filled in with one press: saved ones, and those whose key this
//! tab keeps.

use countermand_core_model::Provider;

use super::{
    profiles::{Profile, Profiles},
    stored_key::{StoredKey, slot_of},
};

/// One of them. It holds no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedConnection {
    /// What it is called.
    pub name: String,
    /// The provider.
    pub provider: Provider,
    /// Where its API is.
    pub host: String,
    /// The organization.
    pub org: String,
    /// The saved connection behind it.
    pub profile: Option<Profile>,
    /// The slot with its key.
    pub slot: Option<String>,
}

impl SavedConnection {
    /// Returns where it leads: provider, organization and host.
    pub fn facts(&self) -> String {
        [self.provider.display_name(), &self.org, &self.host].join(" · ")
    }
}

/// The saved ones in their order, then what is only kept in this tab.
pub fn saved_connections(profiles: &Profiles, kept: &[StoredKey]) -> Vec<SavedConnection> {
    let mut left: Vec<&StoredKey> = kept.iter().collect();
    let mut saved_connections: Vec<SavedConnection> = profiles
        .whole()
        .map(|profile| {
            let own = left.iter().position(|kept| is_of(kept, profile));
            SavedConnection {
                name: profile.name.clone(),
                provider: profile.provider,
                host: host(&profile.base_url),
                org: profile.org.clone(),
                profile: Some(profile.clone()),
                slot: own.map(|at| slot_of(&left.remove(at).connection)),
            }
        })
        .collect();
    saved_connections.extend(left.into_iter().map(|kept| SavedConnection {
        name: kept.name.clone(),
        provider: kept.connection.org.provider(),
        host: host(kept.connection.base.as_str()),
        org: kept.connection.org.to_string(),
        profile: None,
        slot: Some(slot_of(&kept.connection)),
    }));
    saved_connections
}

/// A key is offered for the very address that it was entered for.
fn is_of(kept: &StoredKey, profile: &Profile) -> bool {
    let connection = &kept.connection;
    connection.org.provider() == profile.provider
        && connection.base.as_str() == profile.base_url
        && connection.org.as_str() == profile.org
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use countermand_client::{Connection, Credentials};
    use countermand_core_model::{Organization, Secret};
    use countermand_transport::BaseUrl;

    use super::*;
    use crate::idle::IdleLimit;

    fn profile(name: &str, base_url: &str) -> Profile {
        Profile {
            name: name.to_owned(),
            provider: Provider::Applivery,
            base_url: base_url.to_owned(),
            org: "acme-mobile".to_owned(),
            idle: IdleLimit::Five,
        }
    }

    fn kept(name: &str, base_url: &str) -> StoredKey {
        StoredKey {
            name: name.to_owned(),
            connection: Connection::new(
                Organization::parse(Provider::Applivery, "acme-mobile").unwrap(),
                BaseUrl::parse(base_url).unwrap(),
                Credentials::applivery(Secret::from("t0ken-t0ken")),
            )
            .unwrap(),
            idle: IdleLimit::Five,
        }
    }

    #[test]
    fn a_kept_key_goes_with_its_own_profile_and_no_other() {
        let mut profiles = Profiles::default();
        profiles.save(profile("One", "https://one.example/v1"));
        profiles.save(profile("Other", "https://other.example/v1"));
        let found = saved_connections(
            &profiles,
            &[
                kept("x", "https://other.example/v1"),
                kept("Unsaved", "https://third.example/v1"),
            ],
        );
        let told: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.host.as_str(),
                    one.profile.is_some(),
                    one.slot.is_some(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("One", "one.example", true, false),
                ("Other", "other.example", true, true),
                ("Unsaved", "third.example", false, true),
            ]
        );
        assert!(
            found[1]
                .slot
                .as_ref()
                .unwrap()
                .contains("https://other.example ")
        );
    }
}
