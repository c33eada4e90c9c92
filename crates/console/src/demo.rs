//! Connections that the page's own host offers: `connections.json` beside the page.

use countermand_client::{Connection, Credentials};
use countermand_core_model::{
    DeviceRef, InvalidValue, KeyField, Keys, Organization, Provider, Secret,
};
use countermand_relay_api::{ConnectionsFile, DemoConnection};
use countermand_transport::BaseUrl;

use crate::text::found;

/// How many devices of a demo connection are chosen to begin with, where the file says nothing else.
const PREFILLED: usize = 5;

/// A connection that can be opened without entering anything.
#[derive(Clone, Debug)]
pub struct Demo {
    /// What it is called.
    pub name: String,
    /// What it takes to connect.
    pub connection: Connection,
    /// Devices it knows of.
    pub devices: Vec<DeviceRef>,
    /// How many of them are chosen to begin with.
    pub begin_with: usize,
}

/// What the file offers.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// The connections that can be opened.
    pub demos: Vec<Demo>,
    /// Why others cannot: which one and what is wrong with it.
    pub broken: Vec<String>,
}

impl Offered {
    /// Reads the file's text. Text that is no JSON offers nothing: a host that has no such file may
    /// answer with its page.
    pub fn read(text: &str) -> Self {
        let mut offered = Self::default();
        let Ok(file) = serde_json::from_str::<ConnectionsFile<DemoConnection>>(text) else {
            return offered;
        };
        for entry in &file.demo {
            let name = &entry.name;
            match demo(entry) {
                Ok(demo) => offered.demos.push(demo),
                Err(invalid) => {
                    // The rule alone: a value may be a key.
                    offered.broken.push(format!(
                        "{name}: {} {}",
                        invalid.field(),
                        found(invalid.rule())
                    ));
                }
            }
        }
        offered
    }

    /// The connection of this name, and its place.
    pub fn named(&self, name: &str) -> Option<(usize, &Demo)> {
        let mut demos = self.demos.iter().enumerate();
        demos.find(|(_, demo)| demo.name == name)
    }
}

fn demo(entry: &DemoConnection) -> Result<Demo, InvalidValue> {
    let provider: Provider = entry.provider.parse()?;
    let secret = |key: &'static KeyField| match entry.keys.get(key.name).map(String::as_str) {
        None | Some("") => Err(InvalidValue::new(key.name, "must not be empty", "")),
        Some(text) => Ok(Secret::from(text)),
    };
    let credentials = Credentials::Keys(Keys::new(provider, secret)?);
    let org = Organization::parse(provider, &entry.org)?;
    let base = BaseUrl::parse(&entry.base_url)?;
    let devices = entry
        .devices
        .iter()
        .filter_map(|text| DeviceRef::parse_for(provider, text).ok())
        .collect();
    let name = match entry.name.as_str() {
        "" => provider.display_name(),
        name => name,
    };
    Ok(Demo {
        name: name.to_owned(),
        connection: Connection::new(org, base, credentials)?,
        devices,
        begin_with: entry.begin_with.unwrap_or(PREFILLED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"demo":[
        {"name":"Phones","provider":"applivery","base_url":"http://127.0.0.1:8080/v1","org":"acme-mobile",
         "token":"t0ken-t0ken","devices":["applivery:A1","nonsense here","B2"]},
        {"name":"Wind","provider":"enos","base_url":"http://127.0.0.1:8080","org":"o15",
         "app_key":"k3y-k3y","app_secret":"s3cret-s3cret","devices":["enos:asset:a"],"begin_with":2000},
        {"name":"Broken","provider":"enos","base_url":"http://gateway.example","org":"o15",
         "app_key":"k3y-k3y","app_secret":"s3cret-s3cret"},
        {"name":"Keyless","provider":"applivery","base_url":"https://h","org":"acme"}
    ]}"#;

    #[test]
    fn offers_what_is_whole_and_says_what_is_not() {
        let offered = Offered::read(FILE);
        let names: Vec<&str> = offered
            .demos
            .iter()
            .map(|demo| demo.name.as_str())
            .collect();
        assert_eq!(names, ["Phones", "Wind"]);
        assert_eq!(offered.demos[0].devices.len(), 2);
        assert_eq!(offered.demos[0].begin_with, PREFILLED);
        assert_eq!(offered.demos[1].begin_with, 2_000);
        assert_eq!(offered.broken.len(), 2);
        assert!(offered.broken[0].starts_with("Broken: base URL must be https"));
        assert_eq!(offered.broken[1], "Keyless: token must not be empty");
    }

    #[test]
    fn no_file_and_an_empty_one_offer_nothing() {
        for text in [
            "",
            "<!doctype html>",
            "{}",
            r#"{"demo":[]}"#,
            r#"{"demo":7}"#,
            "[]",
        ] {
            let offered = Offered::read(text);
            assert!(
                offered.demos.is_empty() && offered.broken.is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_opens_a_demo_by_its_whole_name_and_nothing_else() {
        let offered = Offered::read(FILE);
        let place = |name| offered.named(name).map(|(at, _)| at);
        assert_eq!(place("Wind"), Some(1));
        for other in ["", "wind", "Win", "Broken", "Keyless", "https://h"] {
            assert_eq!(place(other), None, "{other}");
        }
    }

    #[test]
    fn no_key_is_shown_by_debug() {
        let shown = format!("{:?}", Offered::read(FILE));
        for secret in ["t0ken-t0ken", "k3y-k3y", "s3cret-s3cret"] {
            assert!(!shown.contains(secret));
        }
    }
}
