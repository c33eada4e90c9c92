//! Saved connections: everything but the keys.
//!
//! They are kept as JSON with a version. What this version cannot read is reported by its name and kept to
//! the letter: another version of the console may have written it.

use countermand_core_model::{InvalidValue, Organization, Provider};
use countermand_transport::BaseUrl;
use serde_json::{Map, Value, json};

use super::idle::IdleLimit;
use crate::text::profiles as text;

/// Under which name they are kept.
pub const KEY: &str = "countermand.profiles";

const VERSION: u64 = 1;

/// The most characters of a name.
const LONGEST_NAME: usize = 80;

/// A saved connection. It has no place for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What it is called; no two have the same name.
    pub name: String,
    /// The provider.
    pub provider: Provider,
    /// Where its API is.
    pub base_url: String,
    /// The organization.
    pub org: String,
    /// After how long the page locks.
    pub idle: IdleLimit,
}

impl Profile {
    /// Returns whether it is the same organization at the same address.
    pub fn is_same_place(&self, other: &Self) -> bool {
        (self.provider, &self.base_url, &self.org) == (other.provider, &other.base_url, &other.org)
    }

    fn read(entry: &Value) -> Option<Self> {
        let members = entry.as_object()?;
        // Anything beyond these is another version's, and would be lost with the next change.
        const MEMBERS: [&str; 5] = ["name", "provider", "base_url", "org", "idle_minutes"];
        if !members.keys().all(|name| MEMBERS.contains(&name.as_str())) {
            return None;
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let profile = Self {
            name: text("name")?.to_owned(),
            provider: text("provider")?.parse().ok()?,
            base_url: text("base_url")?.to_owned(),
            org: text("org")?.to_owned(),
            idle: IdleLimit::of_minutes(members.get("idle_minutes")?.as_u64()?)?,
        };
        let sound = name_rule(&profile.name).is_none() && profile.check().is_ok();
        sound.then_some(profile)
    }

    fn check(&self) -> Result<(), InvalidValue> {
        BaseUrl::parse(&self.base_url)?;
        Organization::parse(self.provider, &self.org).map(|_| ())
    }

    fn write(&self) -> Value {
        json!({
            "name": self.name,
            "provider": self.provider.as_str(),
            "base_url": self.base_url,
            "org": self.org,
            "idle_minutes": self.idle.minutes(),
        })
    }
}

/// The rule that a name breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// It is empty.
    Empty,
    /// It is longer than 80 characters, or has one that cannot be seen.
    Form,
    /// Another profile has it.
    Taken,
}

impl NameRule {
    /// What is wrong with the name, in a sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::Empty => text::name_empty(),
            Self::Form => text::name_form(),
            Self::Taken => text::name_taken(),
        }
    }
}

fn name_rule(name: &str) -> Option<NameRule> {
    if name.trim().is_empty() {
        Some(NameRule::Empty)
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        Some(NameRule::Form)
    } else {
        None
    }
}

#[derive(Clone, Debug)]
enum Entry {
    Whole(Profile),
    /// What cannot be read.
    Strange(Value),
}

/// What is kept but cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strange {
    /// By which it can be deleted.
    pub place: usize,
    /// Its name, as far as it has one.
    pub name: Option<String>,
}

/// The saved connections.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    entries: Vec<Entry>,
    /// Whole texts that are of another version, or nonsense.
    aside: Vec<String>,
}

impl Profiles {
    /// Reads what was kept; nothing kept is no profile.
    pub fn read(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::default();
        };
        Self::read_document(text).unwrap_or_else(|| Self {
            entries: Vec::new(),
            aside: vec![text.to_owned()],
        })
    }

    fn read_document(text: &str) -> Option<Self> {
        let document = serde_json::from_str::<Map<String, Value>>(text).ok()?;
        let known = ["version", "profiles", "aside"];
        let sound = document.get("version").and_then(Value::as_u64) == Some(VERSION)
            && document.keys().all(|name| known.contains(&name.as_str()));
        if !sound {
            return None;
        }
        let aside = match document.get("aside") {
            None => Vec::new(),
            Some(texts) => texts
                .as_array()?
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        };
        let mut this = Self {
            entries: Vec::new(),
            aside,
        };
        for entry in document.get("profiles")?.as_array()? {
            let entry = match Profile::read(entry) {
                Some(profile) if !this.has(&profile.name) => Entry::Whole(profile),
                _ => Entry::Strange(entry.clone()),
            };
            this.entries.push(entry);
        }
        Some(this)
    }

    /// The text to keep.
    pub fn write(&self) -> String {
        let profiles: Vec<Value> = self
            .entries
            .iter()
            .map(|entry| match entry {
                Entry::Whole(profile) => profile.write(),
                Entry::Strange(value) => value.clone(),
            })
            .collect();
        let mut document = json!({"version": VERSION, "profiles": profiles});
        if !self.aside.is_empty() {
            document["aside"] = json!(self.aside);
        }
        document.to_string()
    }

    /// Those that can be used, in their order.
    pub fn whole(&self) -> impl Iterator<Item = &Profile> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Whole(profile) => Some(profile),
            Entry::Strange(_) => None,
        })
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.whole().find(|profile| profile.name == name)
    }

    /// What is kept but cannot be read.
    pub fn strange(&self) -> Vec<Strange> {
        let entries = self.entries.iter().enumerate();
        let strange = entries.filter_map(|(place, entry)| match entry {
            Entry::Whole(_) => None,
            Entry::Strange(value) => Some(Strange {
                place,
                name: name_in(value),
            }),
        });
        let whole_texts = self.aside.iter().enumerate().map(|(at, text)| Strange {
            place: self.entries.len() + at,
            name: names_in(text),
        });
        strange.chain(whole_texts).collect()
    }

    /// Saves `profile`: in the place of one of the same organization and address, else as a new one. A
    /// name that another one has gets a number. Gives the name.
    pub fn save(&mut self, mut profile: Profile) -> String {
        let same = self.entries.iter().position(
            |entry| matches!(entry, Entry::Whole(other) if other.is_same_place(&profile)),
        );
        let old = same.map(|at| self.entries.remove(at));
        if let (Some(Entry::Whole(old)), true) = (old, profile.name.trim().is_empty()) {
            profile.name = old.name;
        }
        profile.name = self.free_name(&profile);
        let name = profile.name.clone();
        let at = same.unwrap_or(self.entries.len());
        self.entries.insert(at, Entry::Whole(profile));
        name
    }

    fn free_name(&self, profile: &Profile) -> String {
        let visible = profile.name.chars().filter(|c| !c.is_control());
        let wished: String = visible.take(LONGEST_NAME - 8).collect();
        let wished = match wished.trim() {
            "" => format!("{} {}", profile.provider.display_name(), profile.org)
                .chars()
                .take(LONGEST_NAME - 8)
                .collect(),
            wished => wished.to_owned(),
        };
        let numbered = (2..).map(|number: u32| format!("{wished} {number}"));
        std::iter::once(wished.clone())
            .chain(numbered)
            .find(|name| !self.has(name))
            .unwrap_or(wished)
    }

    /// Gives the profile `name` another name and limit.
    ///
    /// # Errors
    /// The rule that the new name breaks. Nothing is changed then.
    pub fn change(&mut self, name: &str, new: &str, idle: IdleLimit) -> Result<(), NameRule> {
        let new = new.trim();
        if let Some(rule) = name_rule(new) {
            return Err(rule);
        }
        if is_other(name, new) && self.has(new) {
            return Err(NameRule::Taken);
        }
        for entry in &mut self.entries {
            if let Entry::Whole(profile) = entry
                && profile.name == name
            {
                new.clone_into(&mut profile.name);
                profile.idle = idle;
            }
        }
        Ok(())
    }

    /// Deletes the profile `name`.
    pub fn delete(&mut self, name: &str) {
        self.entries
            .retain(|entry| !matches!(entry, Entry::Whole(profile) if profile.name == name));
    }

    /// Deletes what cannot be read, if it is still the one that was seen.
    pub fn delete_strange(&mut self, seen: &Strange) {
        if !self.strange().contains(seen) {
            return;
        }
        match seen.place.checked_sub(self.entries.len()) {
            None => {
                self.entries.remove(seen.place);
            }
            Some(at) => {
                self.aside.remove(at);
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.whole().any(|profile| !is_other(&profile.name, name))
    }
}

/// Names that differ in nothing but case would be taken for each other.
fn is_other(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() != other.trim().to_lowercase()
}

fn name_in(value: &Value) -> Option<String> {
    let name = value.get("name")?.as_str()?;
    let visible = name.chars().filter(|c| !c.is_control());
    let name: String = visible.take(LONGEST_NAME).collect();
    (!name.trim().is_empty()).then_some(name)
}

/// The names of what another version kept.
fn names_in(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let entries = document
        .get("profiles")
        .unwrap_or(&document)
        .as_array()?
        .iter();
    let names: Vec<String> = entries.filter_map(name_in).take(20).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests;
