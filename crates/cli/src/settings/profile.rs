//! A profile: one connection of the configuration file.

use std::{collections::BTreeMap, path::PathBuf};

use countermand_core_model::{Provider, SeverityRules};

use super::{header_source::HeaderSource, secret::SecretSource, section::Section};
use crate::failure::Failure;

/// A profile. Everything in it is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) provider: Option<Provider>,
    pub(crate) base_url: Option<String>,
    pub(crate) org: Option<String>,
    /// Where the keys are, by name. Those of another provider than the profile's are read and not used.
    pub(crate) keys: BTreeMap<&'static str, SecretSource>,
    /// How grave commands are in the operator's words.
    pub(crate) severity_rules: SeverityRules,
    /// Headers that a gateway before the provider wants.
    pub(crate) headers: Vec<HeaderSource>,
    /// Certificates of authorities (PEM) that are trusted beside those of this machine.
    pub(crate) ca_file: Option<PathBuf>,
}

impl Profile {
    /// Reads `[profile.NAME]`.
    ///
    /// # Errors
    /// Names the profile and the key, and never shows a value that may be a secret.
    pub(super) fn read(mut section: Section) -> Result<Self, Failure> {
        let provider = section.parsed("provider", |text| {
            text.parse().map_err(|_| "it must be applivery or enos")
        })?;
        let base_url = section.text("base_url")?;
        let org = section.text("org")?;
        let mut keys = BTreeMap::new();
        for field in Provider::ALL.iter().flat_map(|one| one.descriptor().keys) {
            if let Some(source) = section.secret_source(field.name)? {
                keys.insert(field.name, source);
            }
        }
        let profile = Self {
            name: section.name().to_owned(),
            provider,
            base_url,
            org,
            keys,
            severity_rules: section.severity_rules()?,
            headers: HeaderSource::all_of(&mut section)?,
            ca_file: section.path("ca_file")?,
        };
        section.end()?;
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn parse(text: &str) -> Result<Profile, Failure> {
        let text = format!("[profile.'at work.eu']\n{text}");
        let mut file = Section::of_file(&text, Path::new("/etc/x"))?;
        let profiles = file.section("profile")?.unwrap().sections()?;
        Profile::read(profiles.into_iter().next().unwrap())
    }

    #[test]
    fn every_key() {
        let profile = parse(
            "provider = 'enos'\nbase_url = 'https://h'\norg = 'o'\ntoken_env = 'T'\n\
             app_key_file = 'k'\napp_secret_command = 'pass x'",
        )
        .unwrap();
        assert_eq!(profile.name, "at work.eu");
        assert_eq!(profile.provider, Some(Provider::Enos));
        assert_eq!(
            profile.keys.get("token"),
            Some(&SecretSource::Environment("T".to_owned()))
        );
        assert_eq!(
            profile.keys.get("app_key"),
            Some(&SecretSource::File(PathBuf::from("/etc/x/k")))
        );
        assert_eq!(
            profile.keys.get("app_secret"),
            Some(&SecretSource::Command("pass x".to_owned()))
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
            let rest = message.strip_prefix("profile.at work.eu.").unwrap();
            let key = rest.split(' ').next().unwrap_or_default();
            assert!(text.contains(key), "{message}");
        }
    }

    #[test]
    fn what_the_operator_says_of_severity() {
        let profile =
            parse("org = 'o'\n[profile.'at work.eu'.severity]\n'Yaw left' = 'destructive'")
                .unwrap();
        let yaw = profile
            .severity_rules
            .of_command("service invocation", Some("Yaw left"));
        assert!(yaw.is_destructive());
        for (rule, says) in [
            ("'Yaw left' = 'grave'", "severity.Yaw left is not valid"),
            ("'Yaw left' = 3", "severity.Yaw left must be a text"),
            ("WIPE = 'minor'", "severity.WIPE is not valid"),
            ("' ' = 'minor'", "severity.  is not valid"),
            ("LOCK = 'disruptive'\nlock = 'destructive'", "two levels"),
        ] {
            let text = format!("[profile.'at work.eu'.severity]\n{rule}");
            let message = parse(&text).unwrap_err().message().to_owned();
            assert!(message.contains(says), "{message}");
        }
        assert!(parse("severity = 'minor'").is_err());
    }

    #[test]
    fn headers_of_a_gateway() {
        let parse = |line: &str| parse(&format!("org = 'o'\n{line}"));
        let profile = parse(
            "header.\"X-Gateway-Key\" = { env = 'K' }\nheader.x-other = { command = 'pass x' }",
        )
        .unwrap();
        let names: Vec<&str> = profile
            .headers
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["x-gateway-key", "x-other"]);
        for (line, says) in [
            ("header.X-Key = 's3cr3t-t0ken'", "header.X-Key is refused"),
            (
                "header.X-Key = { value = 's3cr3t-t0ken' }",
                "value is not known",
            ),
            ("header.X-Key = { env = 'A', file = 'b' }", "exactly one of"),
            ("header.X-Key = {}", "exactly one of"),
            ("header.\"X Key\" = { env = 'A' }", "not a valid name"),
            ("header.\"\" = { env = 'A' }", "not a valid name"),
            ("header.Authorization = { env = 'A' }", "set by countermand"),
            (
                "header.apim-signature = { env = 'A' }",
                "set by countermand",
            ),
            ("header.Host = { env = 'A' }", "set by countermand"),
            (
                "header.Proxy-Authorization = { env = 'A' }",
                "set by countermand",
            ),
            (
                "header.content-length = { env = 'A' }",
                "set by countermand",
            ),
            (
                "header.X-A = { env = 'A' }\nheader.x-a = { env = 'B' }",
                "twice",
            ),
            ("header = 's3cr3t-t0ken'", "must be a section"),
        ] {
            let message = parse(line).unwrap_err().message().to_owned();
            assert!(message.contains(says), "{line}: {message}");
            assert!(!message.contains("s3cr3t"), "{message}");
        }
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_shown() {
        for secret in ["token", "app_key", "app_secret"] {
            let failure = parse(&format!("{secret} = 's3cr3t-t0ken'")).unwrap_err();
            assert!(
                failure.message().contains(&format!("{secret}_command")),
                "{failure:?}"
            );
            assert!(!failure.message().contains("s3cr3t"), "{failure:?}");
        }
    }
}
