//! A profile: one connection of the configuration file.

use std::path::{Path, PathBuf};

use countermand_core_model::Provider;
use toml::{Table, Value};

use super::secret::SecretSource;
use crate::failure::Failure;

/// The secrets' names in profiles.
const SECRETS: [&str; 3] = ["token", "app_key", "app_secret"];

/// What a profile says; everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) provider: Option<Provider>,
    pub(crate) base_url: Option<String>,
    pub(crate) org: Option<String>,
    pub(crate) token: Option<SecretSource>,
    pub(crate) app_key: Option<SecretSource>,
    pub(crate) app_secret: Option<SecretSource>,
}

impl Profile {
    /// Reads the table `[profile.NAME]`; relative files of secrets are beside the configuration file,
    /// in `folder`.
    ///
    /// # Errors
    /// Names the profile and the key, and never shows a value that may be a secret.
    pub(crate) fn parse(name: &str, table: &Table, folder: &Path) -> Result<Self, Failure> {
        let mut profile = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for (key, value) in table {
            let wrong = |what: String| Failure::usage(format!("{key} of profile {name:?} {what}"));
            if SECRETS.contains(&key.as_str()) {
                return Err(wrong(format!(
                    "is refused: a secret does not belong into the file. Name where it is: \
                     {key}_env, {key}_file or {key}_command"
                )));
            }
            let text = || match value {
                Value::String(text) if !text.trim().is_empty() => Ok(text.clone()),
                Value::String(_) => Err(wrong("must not be empty".to_owned())),
                _ => Err(wrong("must be a text in quotes".to_owned())),
            };
            match key.as_str() {
                "provider" => {
                    let provider = text()?
                        .parse()
                        .map_err(|_| wrong("must be applivery or enos".to_owned()))?;
                    profile.provider = Some(provider);
                }
                "base_url" => profile.base_url = Some(text()?),
                "org" => profile.org = Some(text()?),
                _ => match secret_key(key) {
                    Some((secret, kind)) => {
                        let source = match kind {
                            "env" => SecretSource::Environment(text()?),
                            "file" => SecretSource::File(file(&text()?, folder)),
                            _ => SecretSource::Command(text()?),
                        };
                        if profile.slot(secret).replace(source).is_some() {
                            return Err(wrong(format!(
                                "is one too many: give one of {secret}_env, {secret}_file and {secret}_command"
                            )));
                        }
                    }
                    None => return Err(wrong("is not known".to_owned())),
                },
            }
        }
        Ok(profile)
    }

    fn slot(&mut self, secret: &str) -> &mut Option<SecretSource> {
        match secret {
            "token" => &mut self.token,
            "app_key" => &mut self.app_key,
            _ => &mut self.app_secret,
        }
    }
}

/// `app_key_env` is the secret `app_key` and the kind `env`.
fn secret_key(key: &str) -> Option<(&str, &str)> {
    key.rsplit_once('_').filter(|(secret, kind)| {
        SECRETS.contains(secret) && matches!(*kind, "env" | "file" | "command")
    })
}

/// `~/` is the home folder; a relative path is beside the configuration file.
pub(crate) fn file(text: &str, folder: &Path) -> PathBuf {
    match (text.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => folder.join(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Profile, Failure> {
        let table: Table = text.parse().unwrap();
        Profile::parse("work", &table, Path::new("/etc/x"))
    }

    #[test]
    fn every_key() {
        let profile = parse(
            "provider = 'enos'\nbase_url = 'https://h'\norg = 'o'\ntoken_env = 'T'\n\
             app_key_file = 'k'\napp_secret_command = 'pass x'",
        )
        .unwrap();
        assert_eq!(profile.provider, Some(Provider::Enos));
        assert_eq!(
            profile.token,
            Some(SecretSource::Environment("T".to_owned()))
        );
        assert_eq!(
            profile.app_key,
            Some(SecretSource::File(PathBuf::from("/etc/x/k")))
        );
        assert_eq!(
            profile.app_secret,
            Some(SecretSource::Command("pass x".to_owned()))
        );
    }

    #[test]
    fn errors_name_key_and_profile() {
        for text in [
            "tokn_env = 'x'",
            "token_url = 'x'",
            "provider = 'apple'",
            "org = ''",
            "org = 7",
            "app_key_env = 'a'\napp_key_file = 'b'",
        ] {
            let message = parse(text).unwrap_err().message().to_owned();
            assert!(message.contains("\"work\""), "{message}");
            let key = message.split(' ').next().unwrap_or_default();
            assert!(text.contains(key), "{message}");
        }
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_shown() {
        for secret in SECRETS {
            let failure = parse(&format!("{secret} = 's3cr3t-t0ken'")).unwrap_err();
            assert!(
                failure.message().contains(&format!("{secret}_command")),
                "{failure:?}"
            );
            assert!(!failure.message().contains("s3cr3t"), "{failure:?}");
        }
    }
}
