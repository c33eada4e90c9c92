//! Keys that are kept until the tab closes, where a person asked for that.
//!
//! There is one slot for each provider, host and organization, and a slot opens nothing else: its text is
//! taken only if it belongs to the slot's own name.

use countermand_client::{Connection, Credentials};
use countermand_core_model::{ExposeSecret, Keys, Organization, Provider, Secret, Timestamp};
use countermand_transport::BaseUrl;
use serde_json::{Value, json};

use super::idle::IdleLimit;

/// With what the name of every slot begins.
pub const PREFIX: &str = "countermand.key.";
/// Where the time of the last touch is, so that a tab that was put aside does not keep a key for ever.
pub const TOUCHED: &str = "countermand.touched";

const VERSION: u64 = 1;

/// What a slot holds. Redacted in Debug by its parts.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// What the connection is called.
    pub name: String,
    /// The connection, with its key.
    pub connection: Connection,
    /// After how long without a touch it is wiped.
    pub idle: IdleLimit,
}

/// The slot of a connection.
pub fn slot_of(connection: &Connection) -> String {
    slot(connection.org.provider(), &connection.base, &connection.org)
}

fn slot(provider: Provider, base: &BaseUrl, org: &Organization) -> String {
    // None of them has a blank.
    format!("{PREFIX}{} {} {org}", provider.as_str(), base.origin())
}

impl StoredKey {
    /// The text for its slot.
    pub fn write(&self) -> String {
        let Connection {
            org,
            base,
            credentials,
            ..
        } = &self.connection;
        let mut text = json!({
            "version": VERSION,
            "name": self.name,
            "provider": org.provider().as_str(),
            "base_url": base.as_str(),
            "org": org.as_str(),
            "idle_minutes": self.idle.minutes(),
        });
        // Exposed because the person asked for it to be kept until the tab closes.
        for (name, key) in credentials.keys().into_iter().flat_map(Keys::iter) {
            text[name] = key.expose_secret().into();
        }
        text.to_string()
    }

    /// Reads the text of the slot called `name`; none where it is not this slot's.
    pub fn read(name: &str, text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let text = |member: &str| value.get(member).and_then(Value::as_str);
        let secret = |member: &str| text(member).filter(|key| !key.is_empty()).map(Secret::from);
        if value.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let provider: Provider = text("provider")?.parse().ok()?;
        let base = BaseUrl::parse(text("base_url")?).ok()?;
        let org = Organization::parse(provider, text("org")?).ok()?;
        if slot(provider, &base, &org) != name {
            return None;
        }
        let keys = Keys::new(provider, |key| secret(key.name).ok_or(())).ok()?;
        Some(Self {
            name: text("name")?.to_owned(),
            connection: Connection::new(org, base, Credentials::Keys(keys)).ok()?,
            idle: IdleLimit::of_minutes(value.get("idle_minutes")?.as_u64()?)?,
        })
    }

    /// Must it be wiped? `touched` is the text of [`TOUCHED`]: where nobody knows when the tab was touched
    /// last, it must.
    pub fn is_stale(&self, touched: Option<&str>, now: Timestamp) -> bool {
        touched
            .and_then(|text| text.parse().ok())
            .and_then(Timestamp::from_millis)
            .is_none_or(|touched| self.idle.has_passed(touched, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn kept(provider: Provider, base: &str, org: &str) -> StoredKey {
        let credentials = match provider {
            Provider::Applivery => Credentials::applivery(Secret::from("t0ken-t0ken")),
            _ => Credentials::enos(Secret::from("k3y-k3y"), Secret::from("s3cret-s3cret")),
        };
        StoredKey {
            name: "Mine".to_owned(),
            connection: Connection::new(
                Organization::parse(provider, org).unwrap(),
                BaseUrl::parse(base).unwrap(),
                credentials,
            )
            .unwrap(),
            idle: IdleLimit::Five,
        }
    }

    #[test]
    fn a_slot_gives_back_what_was_put_there() {
        for provider in Provider::ALL {
            let kept = kept(provider, "https://h.example/v1", "acme-mobile");
            let slot = slot_of(&kept.connection);
            let read = StoredKey::read(&slot, &kept.write()).unwrap();
            assert_eq!(read.write(), kept.write());
            assert_eq!(slot_of(&read.connection), slot);
        }
    }

    #[test]
    fn each_vendor_host_and_organisation_has_a_slot_of_its_own() {
        let applivery = kept(Provider::Applivery, "https://h.example/v1", "acme-mobile");
        let mut slots = vec![slot_of(&applivery.connection)];
        for (provider, base, org) in [
            (Provider::Enos, "https://h.example/v1", "acme-mobile"),
            (Provider::Applivery, "https://i.example/v1", "acme-mobile"),
            (
                Provider::Applivery,
                "https://h.example:444/v1",
                "acme-mobile",
            ),
            (
                Provider::Applivery,
                "http://127.0.0.1:444/v1",
                "acme-mobile",
            ),
            (Provider::Applivery, "https://h.example/v1", "acme-mobiles"),
        ] {
            let slot = slot_of(&kept(provider, base, org).connection);
            assert!(
                StoredKey::read(&slot, &applivery.write()).is_none(),
                "a key is not offered to another place: {slot}"
            );
            assert!(!slots.contains(&slot), "{slot}");
            slots.push(slot);
        }
    }

    #[test]
    fn nonsense_and_other_versions_open_nothing() {
        let kept = kept(Provider::Enos, "https://h.example", "o15");
        let slot = slot_of(&kept.connection);
        let good = kept.write();
        for text in [
            String::new(),
            "{}".to_owned(),
            "7".to_owned(),
            good.replace(r#""version":1"#, r#""version":2"#),
            good.replace("s3cret-s3cret", ""),
            good.replace(r#""idle_minutes":5"#, r#""idle_minutes":0"#),
            good.replace("o15", "o16"),
        ] {
            assert!(StoredKey::read(&slot, &text).is_none(), "{text}");
        }
        assert!(StoredKey::read(&slot, &good).is_some());
    }

    #[test]
    fn it_is_stale_after_its_limit_and_where_nobody_knows() {
        let kept = kept(Provider::Enos, "https://h.example", "o15");
        let touched = at(0).as_millis().to_string();
        assert!(!kept.is_stale(Some(&touched), at(299)));
        assert!(kept.is_stale(Some(&touched), at(300)));
        for text in [None, Some(""), Some("soon")] {
            assert!(kept.is_stale(text, at(0)), "{text:?}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", kept(Provider::Enos, "https://h.example", "o15"));
        assert!(!shown.contains("s3cret") && !shown.contains("k3y-k3y"));
    }
}
