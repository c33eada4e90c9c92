//! The issuer's name for itself.

use std::fmt;

use countermand_core_model::InvalidValue;
use countermand_transport::BaseUrl;

/// What is added to an issuer for its description of itself.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// An issuer, byte by byte as it was written: issuers are compared as texts, and to many the slash at the end
/// belongs to the name (`https://acme.eu.auth0.com/`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    /// Takes https to any host, and http to a loopback address. The address of the issuer's description of
    /// itself may be given, too.
    ///
    /// # Errors
    /// Names the rule that was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let text = text.strip_suffix(WELL_KNOWN).unwrap_or(text);
        BaseUrl::parse(text)?;
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it describes itself.
    pub(super) fn description(&self) -> String {
        format!("{}{WELL_KNOWN}", without_slash(&self.0))
    }

    /// May `said`, which the issuer says it is called, be this one? What is configured may lack the slash at the
    /// end or have one too many; what the issuer sends later is held to what it says itself, exactly.
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
