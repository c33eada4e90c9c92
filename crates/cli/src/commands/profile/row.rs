//! A profile as a row. It says where secrets come from, and never what they are.

use std::collections::BTreeMap;

use countermand_transport::BaseUrl;
use serde::Serialize;

use crate::{
    output::{Cell, Column, Record, text::visible},
    settings::Profile,
};

/// A profile. What it does not have is null.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ProfileRow {
    name: String,
    provider: Option<String>,
    org: Option<String>,
    base_url: Option<String>,
    /// Where each key comes from, in words.
    keys: BTreeMap<&'static str, String>,
    /// Where the value of each header comes from, in words.
    headers: BTreeMap<String, String>,
    ca_file: Option<String>,
}

impl ProfileRow {
    pub(super) fn of(profile: &Profile) -> Self {
        let keys = profile.keys.iter();
        let headers = profile.headers.iter();
        Self {
            name: profile.name.clone(),
            provider: profile.provider.map(|provider| provider.to_string()),
            org: profile.org.clone(),
            base_url: profile.base_url.as_deref().map(shown_address),
            keys: keys.map(|(name, source)| (*name, source.words())).collect(),
            headers: headers
                .map(|header| (header.name.to_string(), header.source.words()))
                .collect(),
            ca_file: profile
                .ca_file
                .as_ref()
                .map(|path| path.display().to_string()),
        }
    }

    /// Returns one label and value per line.
    pub(super) fn in_full(&self) -> String {
        let text_or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
        let mut lines = vec![
            ("Profile".to_owned(), self.name.clone()),
            ("Provider".to_owned(), text_or_dash(&self.provider)),
            ("Organisation".to_owned(), text_or_dash(&self.org)),
            ("Base URL".to_owned(), text_or_dash(&self.base_url)),
            ("CA file".to_owned(), text_or_dash(&self.ca_file)),
        ];
        for (name, words) in &self.keys {
            lines.push(((*name).to_owned(), format!("from {words}")));
        }
        for (name, words) in &self.headers {
            lines.push((format!("header {name}"), format!("from {words}")));
        }
        let lines = lines.iter();
        lines
            .map(|(label, value)| format!("{:<13} {}\n", visible(label), visible(value)))
            .collect()
    }
}

/// Returns an address as it is, unless it is none: a password may be in it.
fn shown_address(base_url: &str) -> String {
    match BaseUrl::parse_allowing_http(base_url) {
        Ok(_) => base_url.to_owned(),
        Err(_) => "not a valid address".to_owned(),
    }
}

impl Record for ProfileRow {
    const FIELDS: &'static [&'static str] = &[
        "name", "provider", "org", "base_url", "keys", "headers", "ca_file",
    ];
    const COLUMNS: &'static [Column] = &[
        Column::whole("NAME"),
        Column::whole("PROVIDER"),
        Column::at_least("ORG", 8),
        Column::at_least("BASE_URL", 16).dispensable(1),
        Column::at_least("KEYS", 16),
    ];

    fn cells(&self) -> Vec<Cell> {
        let keys = self.keys.iter();
        let keys: Vec<String> = keys
            .map(|(name, words)| format!("{name} from {words}"))
            .collect();
        vec![
            self.name.clone().into(),
            self.provider.clone().unwrap_or_default().into(),
            self.org.clone().unwrap_or_default().into(),
            self.base_url.clone().unwrap_or_default().into(),
            keys.join(", ").into(),
        ]
    }
}
