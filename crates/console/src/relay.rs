//! The relay of the page's own host: the connections that it offers and whose keys it holds, as
//! `connections.json` beside the page has them.

use std::collections::BTreeMap;

use countermand_client::{Connection, Credentials};
use countermand_core_model::{DeviceRef, InvalidValue, Organization, Provider, SeverityRules};
use countermand_relay_api::{
    ApprovalRule, ConnectionInfo, ConnectionsFile, RequiredNotes, Role, SignInMethod,
    is_connection_name, route,
};
use countermand_transport::{BaseUrl, RateLimit};
use serde::de::IgnoredAny;

use crate::text::{found, relay as text};

/// What a role is called.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Viewer => text::viewer(),
        Role::Operator => text::operator(),
    }
}

/// A connection that the relay offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called, here and in the relay's addresses.
    pub name: String,
    /// The organization, which also says the provider.
    pub org: Organization,
    /// What this person may do.
    pub role: Role,
    /// Which cancels a second operator has to approve; none where none has to.
    pub rule: Option<ApprovalRule>,
    /// Whether the server drives the runs.
    pub drives_runs: bool,
    /// What has to be said of each cancel.
    pub requires: RequiredNotes,
    /// How many requests everybody together may make: who keeps to it is not told to come again.
    pub rate: Option<RateLimit>,
    /// Devices to begin with.
    pub devices: Vec<DeviceRef>,
    /// Kinds or names of commands, each with the word of its severity.
    severity: BTreeMap<String, String>,
}

impl Offer {
    /// Returns how grave commands are in the words of those who run the server. A word that is not known here is passed
    /// over.
    pub fn severity_rules(&self) -> SeverityRules {
        let severity = self.severity.iter();
        SeverityRules::parse_readable(severity.map(|(word, level)| (word.as_str(), level.as_str())))
    }

    /// The connection, for a page in this folder. It has no key.
    ///
    /// # Errors
    /// When the folder is no address that can be called.
    pub fn connection(&self, folder: &str) -> Result<Connection, InvalidValue> {
        let path = route::connection(&self.name);
        let base = format!("{}/{path}", folder.trim_end_matches('/'));
        // No key goes this way: what a page of plain http shows on its way is shown already.
        let base = BaseUrl::parse_allowing_http(&base)?;
        let credentials = Credentials::HeldByRelay(self.org.provider());
        let mut connection = Connection::new(self.org.clone(), base, credentials)?;
        connection.rate = self.rate;
        Ok(connection)
    }
}

/// What the relay says about itself and about the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// How a person signs in.
    pub sign_in: SignInMethod,
    /// Who is signed in; none where nobody is.
    pub user: Option<String>,
    /// The connections that are open to them.
    pub offers: Vec<Offer>,
    /// Why others are not: which one and what is wrong with it.
    pub broken: Vec<String>,
}

impl Relay {
    /// Reads the file's text; none where the host has no relay.
    pub fn read(text: &str) -> Option<Self> {
        let file: ConnectionsFile<IgnoredAny> = serde_json::from_str(text).ok()?;
        let info = file.relay?;
        let mut this = Self {
            sign_in: info.sign_in,
            user: info.user,
            offers: Vec::new(),
            broken: Vec::new(),
        };
        for entry in info.connections {
            let name = entry.name.clone();
            match offer(entry) {
                Ok(offer) => this.offers.push(offer),
                Err(invalid) => this.broken.push(format!(
                    "{name}: {} {}",
                    invalid.field(),
                    found(invalid.rule())
                )),
            }
        }
        Some(this)
    }

    /// The connection of this name.
    pub fn named(&self, name: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.name == name)
    }
}

fn offer(entry: ConnectionInfo) -> Result<Offer, InvalidValue> {
    let provider: Provider = entry.provider.parse()?;
    // It becomes a part of an address: nothing else may stand in it.
    if !is_connection_name(&entry.name) {
        return Err(InvalidValue::new(
            "name",
            "must be 1 to 63 lower-case letters, digits and hyphens",
            &entry.name,
        ));
    }
    let devices = entry.devices.iter();
    let devices = devices.filter_map(|text| DeviceRef::parse_for(provider, text).ok());
    Ok(Offer {
        name: entry.name,
        org: Organization::parse(provider, &entry.org)?,
        role: entry.role,
        rule: entry.approval,
        drives_runs: entry.runs,
        requires: entry.requires,
        rate: match entry.rate.as_deref() {
            None | Some("") => None,
            Some(text) => Some(text.parse()?),
        },
        devices: devices.collect(),
        severity: entry.severity,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"demo":[],"relay":{"sign_in":"token","user":"alice@example.com","connections":[
        {"name":"fleet","provider":"applivery","org":"acme-mobile","role":"operator","rate":"5000/h",
         "approval":{"targets":50,"kinds":["WIPE"]},"devices":["applivery:A1","nonsense here"],
         "severity":{"REBOOT":"destructive","LOCK":7,"Yaw":"grave"}},
        {"name":"wind","provider":"enos","org":"o15","role":"viewer","approval":null,"runs":true,"requires":{"reason":true,"ticket":"x"}},
        {"name":"new","provider":"enos","org":"o15","role":"owner of everything"},
        {"name":"../../admin","provider":"enos","org":"o15","role":"operator"},
        {"name":"odd","provider":"nobody","org":"o15","role":"operator"}]}}"#;

    #[test]
    fn a_relay_offers_its_connections_without_a_key() {
        let relay = Relay::read(FILE).unwrap();
        assert_eq!(relay.sign_in, SignInMethod::Token);
        assert_eq!(relay.user.as_deref(), Some("alice@example.com"));
        let names: Vec<&str> = relay
            .offers
            .iter()
            .map(|offer| offer.name.as_str())
            .collect();
        assert_eq!(names, ["fleet", "wind", "new"]);
        let fleet = relay.named("fleet").unwrap();
        assert_eq!(fleet.role, Role::Operator);
        assert_eq!(fleet.devices.len(), 1);
        assert!(fleet.rule.is_some());
        let said = SeverityRules::parse([("REBOOT", "destructive")]).unwrap();
        assert_eq!(fleet.severity_rules(), said);
        let connection = fleet.connection("http://127.0.0.1:8080/").unwrap();
        assert_eq!(
            connection.base.as_str(),
            "http://127.0.0.1:8080/relay/fleet"
        );
        assert!(connection.credentials.are_held_by_relay());
        assert_eq!(connection.rate, "5000/h".parse().ok());
        let wind = relay.named("wind").unwrap();
        assert!(wind.drives_runs && !fleet.drives_runs);
        assert!(wind.requires.reason && !wind.requires.ticket && fleet.requires.is_none());
        assert_eq!(
            wind.connection("http://127.0.0.1:8080/").unwrap().rate,
            None
        );
        assert_eq!(relay.broken.len(), 2, "{:?}", relay.broken);
    }

    #[test]
    fn whoever_is_not_said_to_be_an_operator_is_none() {
        let relay = Relay::read(FILE).unwrap();
        assert_eq!(relay.named("wind").unwrap().role, Role::Viewer);
        assert_eq!(relay.named("wind").unwrap().rule, None);
        assert_eq!(relay.named("new").unwrap().role, Role::Viewer);
    }

    #[test]
    fn the_address_of_a_page_of_plain_http_is_taken_for_no_key_goes_there() {
        let relay = Relay::read(FILE).unwrap();
        let wind = relay.named("wind").unwrap();
        for (folder, base) in [
            (
                "https://console.example",
                "https://console.example/relay/wind",
            ),
            (
                "http://console.lan:8080/",
                "http://console.lan:8080/relay/wind",
            ),
            ("http://[::1]:8080/", "http://[::1]:8080/relay/wind"),
        ] {
            assert_eq!(wind.connection(folder).unwrap().base.as_str(), base);
        }
        assert!(wind.connection("about:blank").is_err());
    }

    #[test]
    fn a_host_without_a_relay_has_none() {
        for text in [
            "",
            "<!doctype html>",
            "{}",
            r#"{"demo":[]}"#,
            r#"{"relay":null}"#,
        ] {
            assert_eq!(Relay::read(text), None, "{text}");
        }
        let nobody = Relay::read(r#"{"relay":{"sign_in":"launch","user":null,"connections":[]}}"#);
        let nobody = nobody.unwrap();
        assert_eq!((nobody.user, nobody.offers.len()), (None, 0));
    }
}
