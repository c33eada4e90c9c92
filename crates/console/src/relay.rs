//! The relay of the page's own host: the connections that it offers and whose keys it holds, as
//! `connections.json` beside the page has them.

use countermand_client::{Connection, Credentials};
use countermand_core_model::{DeviceRef, InvalidValue, Organization, Provider};
use countermand_transport::{BaseUrl, RateLimit};
use serde_json::Value;

use super::approval::Rule;
use crate::text::{found, relay as text};

/// A longer name is none.
const LONGEST_NAME: usize = 63;

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By a link that the server printed.
    Launch,
    /// At an issuer.
    Oidc,
    /// By a token.
    Token,
    /// The proxy in front says who it is.
    Proxy,
}

/// What a person may do over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Read.
    Viewer,
    /// Cancel, too.
    Operator,
}

impl Role {
    /// In a word or two.
    pub fn said(self) -> &'static str {
        match self {
            Self::Viewer => text::viewer(),
            Self::Operator => text::operator(),
        }
    }
}

/// A connection that the relay offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called, here and in the relay's addresses.
    pub name: String,
    /// The organisation, which also says the vendor.
    pub org: Organization,
    /// What this person may do.
    pub role: Role,
    /// Which cancels a second operator has to approve; none where none has to.
    pub rule: Option<Rule>,
    /// How many requests everybody together may make: who keeps to it is not told to come again.
    pub rate: Option<RateLimit>,
    /// Devices to begin with.
    pub devices: Vec<DeviceRef>,
}

impl Offer {
    /// The connection, for a page in this folder. It has no key.
    ///
    /// # Errors
    /// When the folder is no address that can be called.
    pub fn connection(&self, folder: &str) -> Result<Connection, InvalidValue> {
        let base = format!("{}/relay/{}", folder.trim_end_matches('/'), self.name);
        // No key goes this way: what a page of plain http shows on its way is shown already.
        let base = BaseUrl::parse_allowing_http(&base)?;
        let credentials = Credentials::HeldByRelay(self.org.provider());
        let mut connection = Connection::new(self.org.clone(), base, credentials)?;
        connection.rate = self.rate;
        Ok(connection)
    }
}

/// What the relay says of itself and of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// How a person signs in.
    pub sign_in: SignIn,
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
        let file: Value = serde_json::from_str(text).ok()?;
        let relay = file.get("relay")?;
        let sign_in = match relay.get("sign_in")?.as_str()? {
            "launch" => SignIn::Launch,
            "oidc" => SignIn::Oidc,
            "token" => SignIn::Token,
            "proxy" => SignIn::Proxy,
            _ => return None,
        };
        let mut this = Self {
            sign_in,
            user: relay.get("user").and_then(Value::as_str).map(str::to_owned),
            offers: Vec::new(),
            broken: Vec::new(),
        };
        let entries = relay.get("connections").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            match offer(entry) {
                Ok(offer) => this.offers.push(offer),
                Err(invalid) => this.broken.push(format!(
                    "{}: {} {}",
                    field(entry, "name"),
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

fn field<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn offer(entry: &Value) -> Result<Offer, InvalidValue> {
    let provider: Provider = field(entry, "provider").parse()?;
    let devices = entry.get("devices").and_then(Value::as_array);
    let devices = devices
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|text| DeviceRef::parse_for(provider, text).ok())
        .collect();
    Ok(Offer {
        name: name(field(entry, "name"))?,
        org: Organization::parse(provider, field(entry, "org"))?,
        // Whoever is not said to be one is none.
        role: match field(entry, "role") {
            "operator" => Role::Operator,
            _ => Role::Viewer,
        },
        rule: entry.get("approval").and_then(Rule::read),
        rate: match field(entry, "rate") {
            "" => None,
            text => Some(text.parse()?),
        },
        devices,
    })
}

/// It becomes a part of an address: nothing else may stand in it.
fn name(text: &str) -> Result<String, InvalidValue> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_whole = text.starts_with(is_plain)
        && text.len() <= LONGEST_NAME
        && text.chars().all(|c| is_plain(c) || c == '-');
    if is_whole {
        Ok(text.to_owned())
    } else {
        Err(InvalidValue::new(
            "name",
            "must be 1 to 63 lower-case letters, digits and hyphens",
            text,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"demo":[],"relay":{"sign_in":"token","user":"alice@example.com","connections":[
        {"name":"fleet","provider":"applivery","org":"acme-mobile","role":"operator","rate":"5000/h",
         "approval":{"targets":50,"kinds":["WIPE"]},"devices":["applivery:A1","nonsense here"]},
        {"name":"wind","provider":"enos","org":"o15","role":"viewer","approval":null},
        {"name":"new","provider":"enos","org":"o15","role":"owner of everything"},
        {"name":"../../admin","provider":"enos","org":"o15","role":"operator"},
        {"name":"odd","provider":"nobody","org":"o15","role":"operator"}]}}"#;

    #[test]
    fn a_relay_offers_its_connections_without_a_key() {
        let relay = Relay::read(FILE).unwrap();
        assert_eq!(relay.sign_in, SignIn::Token);
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
        let connection = fleet.connection("http://127.0.0.1:8080/").unwrap();
        assert_eq!(
            connection.base.as_str(),
            "http://127.0.0.1:8080/relay/fleet"
        );
        assert!(connection.credentials.are_held_by_relay());
        assert_eq!(connection.rate, "5000/h".parse().ok());
        let wind = relay.named("wind").unwrap();
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
