//! The issuer's name for itself.

use std::fmt;

use countermand_core_model::InvalidValue;
use countermand_transport::BaseUrl;

/// The path of the metadata below an issuer.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// An issuer, exactly as it was written: issuers are compared as text, and for many the slash at the end belongs to the
/// name (`https://acme.eu.auth0.com/`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    /// Parses an https URL, or an http URL of a loopback address. The URL of the metadata is accepted, too.
    ///
    /// # Errors
    /// Names the rule.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let text = text.strip_suffix(WELL_KNOWN).unwrap_or(text);
        BaseUrl::parse(text)?;
        Ok(Self(text.to_owned()))
    }

    /// Returns it as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the URL of its metadata.
    pub(super) fn description(&self) -> String {
        format!("{}{WELL_KNOWN}", without_slash(&self.0))
    }

    /// Returns whether `said`, the issuer's name for itself, is this issuer. The configured one may differ in the slash at
    /// the end; tokens must have exactly the issuer's own name.
    pub(super) fn may_be(&self, said: &str) -> bool {
        without_slash(&self.0) == without_slash(said)
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn without_slash(text: &str) -> &str {
    text.strip_suffix('/').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_as_it_was_written() {
        for text in [
            "https://acme.eu.auth0.com/",
            "https://acme.eu.auth0.com",
            "https://id.example/application/o/countermand/",
            "http://127.0.0.1:4711/realms/Acme",
        ] {
            assert_eq!(IssuerUrl::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "http://id.example",
            "https://id.example/?a=b",
            "id.example",
            "https://u:p@id.example",
        ] {
            assert!(IssuerUrl::parse(text).is_err(), "{text}");
        }
        let pasted = "https://id.example/o/x/.well-known/openid-configuration";
        assert_eq!(
            IssuerUrl::parse(pasted).unwrap().as_str(),
            "https://id.example/o/x"
        );
    }

    #[test]
    fn one_slash_at_the_end_makes_no_other_issuer_and_everything_else_does() {
        let with = IssuerUrl::parse("https://id.example/o/x/").unwrap();
        let without = IssuerUrl::parse("https://id.example/o/x").unwrap();
        for issuer in [&with, &without] {
            assert_eq!(
                issuer.description(),
                "https://id.example/o/x/.well-known/openid-configuration"
            );
            assert!(issuer.may_be("https://id.example/o/x"));
            assert!(issuer.may_be("https://id.example/o/x/"));
            for other in [
                "https://id.example/o/x//",
                "https://id.example/o/X",
                "https://id.example/o/y",
                "http://id.example/o/x",
                "https://id.example:443/o/x",
                "",
            ] {
                assert!(!issuer.may_be(other), "{other}");
            }
        }
    }
}
