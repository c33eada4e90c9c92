//! Options that every subcommand takes, before it or behind it: the connection.

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_core_model::Provider;

use crate::output::shell;

/// The connection: an organisation at a vendor.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct GlobalOptions {
    /// The vendor; may be left out where every DEVICE begins with it
    #[arg(long, global = true, value_parser = provider())]
    pub(crate) provider: Option<Provider>,
    /// Where the vendor's API is (Applivery's includes /v1, and has a default)
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The organisation
    #[arg(long, global = true)]
    pub(crate) org: Option<String>,
    /// A profile of the configuration file, for what is not given otherwise
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Take plain http to a host other than this machine, where everyone on the way sees the key
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
}

impl GlobalOptions {
    /// These options as they were given, fit to be pasted behind another subcommand: each after a blank. No secret
    /// is ever an option.
    pub(crate) fn as_given(&self) -> String {
        let provider = self.provider.map(Provider::as_str);
        let mut given = String::new();
        for (option, value) in [
            ("--profile", self.profile.as_deref()),
            ("--provider", provider),
            ("--base-url", self.base_url.as_deref()),
            ("--org", self.org.as_deref()),
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

fn provider() -> impl TypedValueParser<Value = Provider> {
    PossibleValuesParser::new(Provider::ALL.map(Provider::as_str))
        .try_map(|text| text.parse::<Provider>())
}
