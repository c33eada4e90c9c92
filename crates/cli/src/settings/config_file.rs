//! The configuration file: its path and its profiles.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use directories::BaseDirs;

use super::{environment, profile::Profile, section::Section};
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
    /// Fails if the file cannot be read or is invalid. The error shows no value of the file.
    pub(crate) fn read() -> Result<Self, Failure> {
        let must_exist = environment::variable(VARIABLE)?.is_some();
        let Ok(path) = Self::location() else {
            return Ok(Self::default());
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text),
            Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => Ok(Self {
                path,
                profiles: Vec::new(),
            }),
            Err(error) => Err(Failure::usage(format!(
                "Cannot read {}: {error}",
                path.display()
            ))),
        }
    }

    /// Returns where the file is: what `COUNTERMAND_CONFIG` names, or in the user's configuration folder.
    ///
    /// # Errors
    /// Fails if nothing names a file and this user has no configuration folder.
    pub(crate) fn location() -> Result<PathBuf, Failure> {
        let named = environment::variable(VARIABLE)?.map(PathBuf::from);
        named.or_else(default_path).ok_or_else(|| {
            Failure::usage("this user has no configuration folder: set COUNTERMAND_CONFIG")
        })
    }

    /// Returns the profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile, Failure> {
        let found = self.profiles.iter().find(|profile| profile.name == name);
        found.cloned().ok_or_else(|| {
            Failure::usage(format!("No profile {name:?} in {}.", self.path.display()))
        })
    }

    /// Returns all profiles.
    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Returns its path; empty if this user has no configuration folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let wrong =
            |failure: Failure| Failure::usage(format!("{}: {}", path.display(), failure.message()));
        let folder = path.parent().unwrap_or(Path::new("."));
        let profiles = profiles(text, folder).map_err(wrong)?;
        Ok(Self {
            path: path.to_owned(),
            profiles,
        })
    }
}

fn profiles(text: &str, folder: &Path) -> Result<Vec<Profile>, Failure> {
    let mut file = Section::of_file(text, folder)?;
    let sections = match file.section("profile")? {
        Some(section) => section.sections()?,
        None => Vec::new(),
    };
    file.end().map_err(|failure| {
        Failure::usage(format!(
            "{}; there are only [profile.NAME]",
            failure.message()
        ))
    })?;
    sections.into_iter().map(Profile::read).collect()
}

fn default_path() -> Option<PathBuf> {
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
