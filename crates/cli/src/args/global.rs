//! The options of a connection. They may precede the subcommand, or follow one that has a connection.

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_core_model::Provider;

use crate::shell;

// The connection: an organization at a provider, or a server's connection. No documentation comment: it would be the help
// of every subcommand that has these options.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct GlobalOptions {
    /// Provider; not needed if every DEVICE starts with it
    #[arg(long, global = true, ignore_case = true, value_parser = provider())]
    pub(crate) provider: Option<Provider>,
    /// Base URL of the provider's API (Applivery's includes /v1 and has a default)
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Organization
    #[arg(long, global = true)]
    pub(crate) org: Option<String>,
    /// Profile in the configuration file, for everything that is not given otherwise
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Countermand server that holds the keys and drives the runs; its token comes from COUNTERMAND_SERVER_TOKEN
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Connection of the server; not needed if exactly one is open to you
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) connection: Option<String>,
    /// Allow http to hosts other than this machine; this exposes the key on the network
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
}

impl GlobalOptions {
    /// Returns these options of a subcommand, with those before it where these are silent.
    pub(crate) fn or(self, before: Self) -> Self {
        Self {
            provider: self.provider.or(before.provider),
            base_url: self.base_url.or(before.base_url),
            org: self.org.or(before.org),
            profile: self.profile.or(before.profile),
            server: self.server.or(before.server),
            connection: self.connection.or(before.connection),
            insecure_http: self.insecure_http || before.insecure_http,
        }
    }

    /// Returns the first of these options that is given.
    pub(crate) fn any_given(&self) -> Option<&'static str> {
        let given = [
            ("--provider", self.provider.is_some()),
            ("--base-url", self.base_url.is_some()),
            ("--org", self.org.is_some()),
            ("--profile", self.profile.is_some()),
            ("--server", self.server.is_some()),
            ("--connection", self.connection.is_some()),
            ("--insecure-http", self.insecure_http),
        ];
        given
            .iter()
            .find(|(_, is_given)| *is_given)
            .map(|(option, _)| *option)
    }

    /// Returns these options as they were given, each after a space, to be appended to another command line.
    /// Secrets are never options.
    pub(crate) fn as_given(&self) -> String {
        let provider = self.provider.map(Provider::as_str);
        let mut given = String::new();
        for (option, value) in [
            ("--profile", self.profile.as_deref()),
            ("--provider", provider),
            ("--base-url", self.base_url.as_deref()),
            ("--org", self.org.as_deref()),
            ("--server", self.server.as_deref()),
            ("--connection", self.connection.as_deref()),
        ] {
            if let Some(value) = value {
                given.push_str(&format!(" {option} {}", shell::quoted(value)));
            }
        }
        if self.insecure_http {
            given.push_str(" --insecure-http");
        }
        given
    }
}

pub(crate) fn provider() -> impl TypedValueParser<Value = Provider> {
    PossibleValuesParser::new(Provider::ALL.map(Provider::as_str))
        .try_map(|text| text.to_ascii_lowercase().parse::<Provider>())
}
