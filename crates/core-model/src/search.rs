//! Texts and kinds to search for, in ids, names and kinds.
//!
//! The text form of a device has words of its own (`enos:asset:`, `key:`) and percent-encoded parts. Nobody who
//! searches for "set" or "20" means those, and what narrows a cancel must not match them.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize, Serializer};

use crate::{Command, DeviceRef, EnosDevice, InvalidValue};

/// The marks before the parts of a device in [`DeviceRef::searchable`], one for each way to name a device. None of
/// them can be part of an id or a [`SearchText`].
const APPLIVERY: char = '\u{1c}';
const ASSET: char = '\u{1d}';
const KEY: char = '\u{1e}';
/// Between the product's key and the device's.
const BETWEEN: char = '\u{1f}';

/// The prefixes of the text forms of a device, with their marks.
const FORMS: [(&str, char); 5] = [
    ("applivery:", APPLIVERY),
    ("enos:asset:", ASSET),
    ("enos:key:", KEY),
    ("asset:", ASSET),
    ("key:", KEY),
];

/// Returns whether `text` has nothing visible: it is empty, or only has blanks, control characters and characters of no
/// width.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text to search for, without case. It is never blank: a blank one is in everything. Two are equal if they find
/// the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct SearchText {
    text: String,
    /// Empty if the text cannot be searched for: then it is in nothing.
    folded: String,
    folded_device: String,
}

impl PartialEq for SearchText {
    fn eq(&self, other: &Self) -> bool {
        (&self.folded, &self.folded_device) == (&other.folded, &other.folded_device)
    }
}

impl Eq for SearchText {}

impl TryFrom<String> for SearchText {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        Self::parse("text", &text)
    }
}

impl SearchText {
    /// Reads what a person gave for `field`. Blanks around it are kept: they narrow, too.
    ///
    /// # Errors
    /// When it is empty or blank, or has a control character.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, InvalidValue> {
        if is_blank(text) {
            return Err(InvalidValue::new(field, "must not be empty or blank", text));
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidValue::new(
                field,
                "must have no control characters",
                text,
            ));
        }
        let folded = text.to_lowercase();
        Ok(Self {
            text: text.to_owned(),
            folded_device: device_needle(&folded, text),
            folded,
        })
    }

    /// Reads the text that a person has typed so far; `None` if there is none. Blanks around it are not searched for, and
    /// an invalid text is in nothing.
    pub fn typed(text: &str) -> Option<Self> {
        let searched = Self::parse("text", text.trim());
        let (folded, folded_device) = searched
            .map(|searched| (searched.folded, searched.folded_device))
            .unwrap_or_default();
        (!text.is_empty()).then(|| Self {
            text: text.to_owned(),
            folded,
            folded_device,
        })
    }

    /// Its words. Whatever the text is in, each of them is in, too.
    pub fn words(&self) -> impl Iterator<Item = Self> {
        let words = self.text.split_whitespace();
        words.filter_map(|word| Self::parse("text", word).ok())
    }

    /// Returns whether all that is found by the words of this text is found by the words of `other`, too: each of those is
    /// in one of these. Without it nothing is known.
    pub fn narrows(&self, other: &Self) -> bool {
        let words: Vec<Self> = self.words().collect();
        let is_in_one = |word: &Self| {
            words.iter().any(|longer| {
                longer.folded.contains(&word.folded)
                    && longer.folded_device.contains(&word.folded_device)
            })
        };
        other.is_searchable() && other.words().all(|word| is_in_one(&word))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether it can be searched for; otherwise it is in nothing.
    pub fn is_searchable(&self) -> bool {
        !self.folded.is_empty()
    }

    /// The text without case: it is looked for in ids, names and kinds without case.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Returns whether it occurs in `searchable`, the text of [`DeviceRef::searchable`].
    pub fn is_in_searchable(&self, searchable: &str) -> bool {
        self.is_searchable()
            && (searchable.contains(&self.folded)
                || self.folded_device != self.folded && searchable.contains(&self.folded_device))
    }

    /// Returns whether it occurs in `text`, an id, a name or a kind.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_searchable() && text.to_lowercase().contains(&self.folded)
    }

    /// Returns whether it occurs in what names `device`.
    pub fn is_in_device(&self, device: &DeviceRef) -> bool {
        self.is_in_searchable(&device.searchable())
    }

    /// Returns whether it occurs in the id, the kind or the name of `command`, or in what names its device.
    pub fn is_in_command(&self, command: &Command) -> bool {
        self.is_in(command.id.as_str())
            || self.is_in(&command.kind)
            || command.name.as_deref().is_some_and(|name| self.is_in(name))
            || self.is_in_device(&command.device)
    }
}

/// A device in its text form is found by its parts, any other text as it is.
fn device_needle(folded: &str, text: &str) -> String {
    for (form, mark) in FORMS {
        // The forms are ASCII: where the folded text begins with one, the text has as many bytes of it.
        let parts = folded.strip_prefix(form).and(text.get(form.len()..));
        if let Some(parts) = parts.filter(|parts| !is_blank(parts)) {
            let decoded = parts.split('/').map(decoded).collect::<Vec<_>>();
            let parts = match mark {
                KEY => decoded.join(&BETWEEN.to_string()),
                _ => decoded.join("/"),
            };
            return format!("{mark}{}", parts.to_lowercase());
        }
    }
    match folded.split_once('/') {
        Some((product, device)) if !is_blank(product) && !is_blank(device) => {
            format!("{product}{BETWEEN}{device}")
        }
        _ => folded.to_owned(),
    }
}

fn decoded(part: &str) -> String {
    percent_decode_str(part)
        .decode_utf8()
        .map_or_else(|_| part.to_owned(), Into::into)
}

impl DeviceRef {
    /// What names this device, decoded and without case, for [`SearchText::is_in_searchable`].
    pub fn searchable(&self) -> String {
        let text = match self {
            Self::Applivery(id) => format!("{APPLIVERY}{id}"),
            Self::Enos(EnosDevice::Asset(asset)) => format!("{ASSET}{asset}"),
            Self::Enos(EnosDevice::Key(product, device)) => {
                format!("{KEY}{product}{BETWEEN}{device}")
            }
            Self::Other(id) => id.as_str().to_owned(),
        };
        text.to_lowercase()
    }
}

/// A kind of command as a person names it: `WIPE`, `clear app data`. It is never blank.
///
/// Case, blanks, `_` and `-` make no difference; the rest does.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct KindName {
    text: String,
    folded: String,
}

impl KindName {
    const RULE: &str = "must be a kind of command such as LOCK, or several separated by commas";

    /// Reads one kind, given for `field`.
    ///
    /// # Errors
    /// When it only has blanks, `_` and `-`.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, InvalidValue> {
        let folded = folded_kind(text);
        if is_blank(&folded) {
            return Err(InvalidValue::new(field, Self::RULE, text));
        }
        Ok(Self {
            text: text.trim().to_owned(),
            folded,
        })
    }

    /// Returns the kind of a command that a provider lists. A blank one is alike only to what is written the same.
    pub fn exact(kind: &str) -> Self {
        Self {
            text: kind.to_owned(),
            folded: folded_kind(kind),
        }
    }

    /// Reads kinds that are separated by commas.
    ///
    /// # Errors
    /// When there is none, or one of them is blank.
    pub fn parse_list(field: &'static str, text: &str) -> Result<Vec<Self>, InvalidValue> {
        text.split(',')
            .map(|kind| {
                Self::parse(field, kind).map_err(|_| InvalidValue::new(field, Self::RULE, text))
            })
            .collect()
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether `kind`, a provider's word, is this one.
    pub fn is(&self, kind: &str) -> bool {
        match self.folded.as_str() {
            "" => kind == self.text,
            folded => folded_kind(kind) == folded,
        }
    }
}

impl PartialEq for KindName {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.text)
    }
}

impl Serialize for KindName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl TryFrom<String> for KindName {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        Self::parse("kind", &text)
    }
}

impl Eq for KindName {}

fn folded_kind(kind: &str) -> String {
    kind.chars()
        .filter(|c| !matches!(c, '_' | '-') && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
