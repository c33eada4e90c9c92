//! The configuration file: where it is and what is in it.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use directories::BaseDirs;
use toml::{Table, Value};

use super::{environment, profile::Profile};
use crate::failure::Failure;

/// The environment variable that names another file.
const VARIABLE: &str = "COUNTERMAND_CONFIG";

/// The profiles of a configuration file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    profiles: Vec<Profile>,
}

impl ConfigFile {
    /// Reads the file that `COUNTERMAND_CONFIG` names, or the user's, which need not exist.
    ///
    /// # Errors
    /// When it cannot be read or is not as it should be. No value of it is shown.
    pub(crate) fn read() -> Result<Self, Failure> {
        let named = environment::variable(VARIABLE)?.map(PathBuf::from);
        let must_exist = named.is_some();
        let Some(path) = named.or_else(users) else {
            return Ok(Self::default());
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text),
            Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => Ok(Self {
                path,
                profiles: Vec::new(),
            }),
            Err(error) => Err(Failure::usage(format!(
                "cannot read {}: {error}",
                path.display()
            ))),
        }
    }

    /// The profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile, Failure> {
        let found = self.profiles.iter().find(|profile| profile.name == name);
        found.cloned().ok_or_else(|| {
            Failure::usage(format!(
                "there is no profile {name:?} in {}",
                self.path.display()
            ))
        })
    }

    /// All of them.
    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            // The parser's own words may quote the line, and with it a secret that should not be there.
            let line = error.span().map_or(1, |span| {
                1 + text
                    .bytes()
                    .take(span.start)
                    .filter(|b| *b == b'\n')
                    .count()
            });
            wrong(format!("line {line} is not TOML"))
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut profiles = Vec::new();
        for (key, value) in &table {
            let Value::Table(named) = value else {
                return Err(wrong(format!(
                    "{key} is not known; there are only [profile.NAME]"
                )));
            };
            if key != "profile" {
                return Err(wrong(format!(
                    "[{key}] is not known; there are only [profile.NAME]"
                )));
            }
            for (name, value) in named {
                let Value::Table(profile) = value else {
                    return Err(wrong(format!("{name} stands in no [profile.NAME]")));
                };
                let profile = Profile::parse(name, profile, folder)
                    .map_err(|failure| wrong(failure.message().to_owned()))?;
                profiles.push(profile);
            }
        }
        Ok(Self {
            path: path.to_owned(),
            profiles,
        })
    }
}

fn users() -> Option<PathBuf> {
    Some(
        BaseDirs::new()?
            .config_dir()
            .join("countermand/config.toml"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, Failure> {
        ConfigFile::parse(Path::new("/etc/config.toml"), text)
    }

    #[test]
    fn profiles_by_name() {
        let config = parse("[profile.a]\norg = 'x'\n[profile.\"b c\"]\norg = 'y'").unwrap();
        assert_eq!(config.profile("b c").unwrap().org.as_deref(), Some("y"));
        assert!(config.profile("c").unwrap_err().message().contains("\"c\""));
        assert!(parse("").unwrap().profiles().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_line() {
        for text in [
            "[profile.a]\ntoken = s3cr3t-t0ken",
            "[profile.a]\ntoken = 's3cr3t-t0ken",
            "[profile.a]\ntoken = 's3cr3t-t0ken'",
            "token = 's3cr3t-t0ken'",
            "[profile]\ntoken = 's3cr3t-t0ken'",
            "[profiles.a]\ntoken = 's3cr3t-t0ken'",
            "[profile.a.token]\nx = 's3cr3t-t0ken'",
        ] {
            let failure = parse(text).unwrap_err();
            assert!(
                failure.message().starts_with("/etc/config.toml: "),
                "{failure:?}"
            );
            assert!(!failure.message().contains("s3cr3t"), "{failure:?}");
        }
        let failure = parse("[profile.a]\norg = 'o'\ntoken = x y").unwrap_err();
        assert!(failure.message().contains("line 3"), "{failure:?}");
    }
}
