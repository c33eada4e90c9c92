//! How a person wants the console: theme, density, shortcuts, and how grave they call commands.

use std::collections::BTreeMap;

use countermand_core_model::{InvalidValue, SeverityLevel, SeverityRules};
use countermand_relay_api::lenient::texts;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::text::settings as text;

/// Under which name they are kept. The page's first script reads it as well.
pub const KEY: &str = "countermand.settings";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Those that can be chosen.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => text::theme_system(),
            Self::Light => text::theme_light(),
            Self::Dark => text::theme_dark(),
        }
    }

    /// Its word where it is kept, and on the root element.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The next one, for a command that goes through them.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// How close the rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// With room.
    #[default]
    Comfortable,
    /// As many rows as can be.
    Compact,
}

impl Density {
    /// Those that can be chosen.
    pub const ALL: [Self; 2] = [Self::Comfortable, Self::Compact];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comfortable => text::density_comfortable(),
            Self::Compact => text::density_compact(),
        }
    }

    /// Its word where it is kept, and on the root element.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }
}

/// The settings, and whatever else was kept with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// How close the rows are.
    pub density: Density,
    /// Whether single keys give commands.
    pub shortcuts: bool,
    /// How grave commands are in this person's words.
    pub severity_rules: SeverityRules,
    /// Members that are not these.
    others: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            density: Density::default(),
            shortcuts: true,
            severity_rules: SeverityRules::default(),
            others: Map::new(),
        }
    }
}

impl Settings {
    /// Reads what was kept; each member that is nonsense is as if it had never been set.
    pub fn read(text: Option<&str>) -> Self {
        let mut members: Map<String, Value> = text
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let mut take = |name: &str| members.shift_remove(name).unwrap_or_default();
        let (theme, density, shortcuts) = (take("theme"), take("density"), take("shortcuts"));
        take("severity");
        Self {
            theme: Theme::ALL
                .into_iter()
                .find(|one| theme == one.as_str())
                .unwrap_or_default(),
            density: Density::ALL
                .into_iter()
                .find(|one| density == one.as_str())
                .unwrap_or_default(),
            shortcuts: shortcuts.as_bool().unwrap_or(true),
            severity_rules: severity_rules(text),
            others: members,
        }
    }

    /// The text to keep.
    pub fn write(&self) -> String {
        let mut members = self.others.clone();
        members.insert("theme".to_owned(), self.theme.as_str().into());
        members.insert("density".to_owned(), self.density.as_str().into());
        members.insert("shortcuts".to_owned(), self.shortcuts.into());
        if !self.severity_rules.is_empty() {
            let rules = self.severity_rules.iter();
            let rules = rules.map(|(word, level)| (word.to_owned(), level.as_str().into()));
            members.insert("severity".to_owned(), Value::Object(rules.collect()));
        }
        Value::Object(members).to_string()
    }

    /// Calls commands of this kind or name as grave as this, or as they are known to be.
    ///
    /// # Errors
    /// When it breaks a rule of [`SeverityRules::with`]. Nothing is changed then.
    pub fn grade(&mut self, word: &str, level: Option<SeverityLevel>) -> Result<(), InvalidValue> {
        let others = self.severity_rules.without(word);
        self.severity_rules = match level {
            Some(level) => others.with(word, level)?,
            None => others,
        };
        Ok(())
    }
}

/// Reads how grave commands are in a person's words, from the settings' text. An entry that is nonsense is as if it had
/// never been set.
pub fn severity_rules(text: Option<&str>) -> SeverityRules {
    #[derive(Default, Deserialize)]
    struct Kept {
        #[serde(default, deserialize_with = "texts")]
        severity: BTreeMap<String, String>,
    }
    let kept: Option<Kept> = text.and_then(|text| serde_json::from_str(text).ok());
    let severity = kept.unwrap_or_default().severity;
    let words = severity.iter();
    SeverityRules::parse_readable(words.map(|(word, level)| (word.as_str(), level.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_read_again() {
        for theme in Theme::ALL {
            for density in Density::ALL {
                for shortcuts in [true, false] {
                    let settings = Settings {
                        theme,
                        density,
                        shortcuts,
                        ..Settings::default()
                    };
                    assert_eq!(Settings::read(Some(&settings.write())), settings);
                }
            }
        }
    }

    #[test]
    fn nonsense_is_as_if_nothing_was_set() {
        for text in [
            "",
            "nonsense",
            "7",
            "[]",
            "null",
            r#"{"theme":"pink","density":3,"shortcuts":"no"}"#,
        ] {
            assert_eq!(Settings::read(Some(text)), Settings::default(), "{text}");
        }
        assert_eq!(Settings::read(None), Settings::default());
        let half = Settings::read(Some(r#"{"theme":"dark","density":null}"#));
        assert_eq!(half.theme, Theme::Dark);
        assert_eq!(half.density, Density::Comfortable);
    }

    #[test]
    fn what_is_not_ours_is_kept() {
        let mut settings = Settings::read(Some(r#"{"language":"es","theme":"dark"}"#));
        settings.theme = Theme::Light;
        let written: Value = serde_json::from_str(&settings.write()).unwrap();
        assert_eq!(written["language"], "es");
        assert_eq!(written["theme"], "light");
    }

    #[test]
    fn what_a_person_says_of_severity_is_read_again() {
        let mut settings = Settings::default();
        settings
            .grade("Yaw left", Some(SeverityLevel::Destructive))
            .unwrap();
        settings.grade("Heat", Some(SeverityLevel::Minor)).unwrap();
        assert_eq!(Settings::read(Some(&settings.write())), settings);
        assert!(settings.grade("WIPE", Some(SeverityLevel::Minor)).is_err());
        settings
            .grade("yaw_left", Some(SeverityLevel::Disruptive))
            .unwrap();
        let level = settings.severity_rules.level_of("Yaw left");
        assert_eq!(level, Some(SeverityLevel::Disruptive));
        for word in ["Yaw left", "heat"] {
            settings.grade(word, None).unwrap();
        }
        assert_eq!(Settings::read(Some(&settings.write())), Settings::default());
        let odd = r#"{"severity":{"WIPE":"minor","Heat":"minor","Yaw":7,"Pitch":"grave"}}"#;
        let words = Settings::read(Some(odd)).severity_rules;
        assert_eq!(
            words.iter().collect::<Vec<_>>(),
            [("Heat", SeverityLevel::Minor)]
        );
    }

    #[test]
    fn the_themes_go_round() {
        let mut theme = Theme::System;
        let round: Vec<&str> = (0..4)
            .map(|_| {
                theme = theme.next();
                theme.as_str()
            })
            .collect();
        assert_eq!(round, ["light", "dark", "system", "light"]);
    }
}
