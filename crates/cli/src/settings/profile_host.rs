//! What a profile has for its own host, and for no other.

use std::fmt::Display;

use countermand_core_model::{Provider, Secret};
use countermand_transport::{BaseUrl, ExtraRoots, ReqwestOptions, ReqwestTransport};
use http::HeaderName;

use super::{connection::Settings, environment, profile::Profile};
use crate::{
    failure::{Failure, in_words},
    output::say,
};

impl Settings {
    /// Returns where the profile's keys belong: the host that it names, or the provider's.
    pub(super) fn profile_base(&self, provider: Provider) -> Option<&str> {
        let named = self
            .profile
            .as_ref()
            .and_then(|profile| profile.base_url.as_deref());
        named.or(provider.descriptor().default_base_url)
    }

    /// Returns whether `base` is of the host to which the profile's secrets belong.
    pub(super) fn is_home(
        &self,
        profile: &Profile,
        provider: Provider,
        base: &BaseUrl,
    ) -> Result<bool, Failure> {
        let home = self
            .profile_base(provider)
            .map(BaseUrl::parse_allowing_http)
            .transpose()
            .map_err(|error| Failure::usage(format!("profile {:?}: {error}", profile.name)))?;
        Ok(home.is_none_or(|home| origin(&home) == origin(base)))
    }

    /// Fetches the headers that the profile has for its own host.
    pub(super) fn headers(
        &self,
        provider: Provider,
        base: &BaseUrl,
    ) -> Result<Vec<(HeaderName, Secret)>, Failure> {
        let Some(profile) = self.profile.as_ref().filter(|one| !one.headers.is_empty()) else {
            return Ok(Vec::new());
        };
        let name = &profile.name;
        if !self.is_home(profile, provider, base)? {
            say(&format!(
                "the headers of profile {name:?} are not sent: {base} is another host than the profile's"
            ));
            return Ok(Vec::new());
        }
        let headers = profile.headers.iter();
        headers
            .map(|header| {
                let whose = format!("header {} of profile {name:?}", header.name);
                Ok((header.name.clone(), header.source.read(&whose)?))
            })
            .collect()
    }

    /// Opens what sends the requests. The profile's own authorities are trusted for its own host only.
    pub(crate) fn backend(
        &self,
        provider: Provider,
        base: &BaseUrl,
    ) -> Result<ReqwestTransport, Failure> {
        let mut options = ReqwestOptions::default();
        if let Some(profile) = &self.profile
            && let Some(path) = &profile.ca_file
            && self.is_home(profile, provider, base)?
        {
            let wrong = |why: &dyn Display| {
                Failure::usage(format!(
                    "ca_file of profile {:?}: {}: {why}",
                    profile.name,
                    path.display()
                ))
            };
            let pem = std::fs::read(path).map_err(|error| wrong(&error))?;
            options.extra_roots = ExtraRoots::from_pem(&pem).map_err(|error| wrong(&error))?;
        }
        ReqwestTransport::with_options(&options)
            .map_err(|error| Failure::before_sending(in_words(&error)))
    }

    /// Returns in words where each key comes from: "token from the variable MY_TOKEN".
    pub(crate) fn key_origins(&self, provider: Provider) -> Result<Vec<String>, Failure> {
        let mut origins = Vec::new();
        for field in provider.descriptor().keys {
            let in_profile = self
                .profile
                .as_ref()
                .and_then(|profile| profile.keys.get(field.name));
            let is_set = environment::variable(field.variable)?.is_some();
            let origin = match in_profile {
                Some(source) if self.is_named || !is_set => source.words(),
                _ => format!("the variable {}", field.variable),
            };
            origins.push(format!("{} from {origin}", field.name));
        }
        Ok(origins)
    }

    /// Returns the profile.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }
}

/// Returns the origin in a normal form, for comparison.
fn origin(base: &BaseUrl) -> String {
    let origin = base.origin().to_ascii_lowercase();
    let default_port = match origin.starts_with("https:") {
        true => ":443",
        false => ":80",
    };
    origin
        .strip_suffix(default_port)
        .unwrap_or(&origin)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_the_same_whatever_their_spelling() {
        let of = |text: &str| origin(&BaseUrl::parse_allowing_http(text).unwrap());
        assert_eq!(
            of("https://Host.example/v1"),
            of("https://host.example:443")
        );
        assert_eq!(of("http://127.0.0.1:80"), of("http://127.0.0.1/x"));
        assert_ne!(of("https://host.example"), of("http://host.example"));
        assert_ne!(of("https://host.example"), of("https://host.example:444"));
        assert_ne!(of("https://host.example"), of("https://host.example.org"));
    }
}
