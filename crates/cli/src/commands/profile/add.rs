//! `countermand profile add`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use countermand_core_model::{Organization, Provider};
use countermand_transport::BaseUrl;

use crate::{
    args::provider,
    exit::Exit,
    failure::Failure,
    output::say,
    settings::{NewProfile, SecretSource, add_profile},
    shell::quoted,
};

/// Add a profile to the configuration file, which keeps its comments and its order.
///
/// Secrets are never arguments: say where they come from. A profile of this name is not replaced.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("token"), group = ArgGroup::new("app_key"), group = ArgGroup::new("app_secret"))]
pub(super) struct AddArgs {
    /// The new profile's name
    #[arg(value_name = "NAME")]
    profile_name: String,
    /// Provider
    #[arg(long, value_parser = provider())]
    provider: Provider,
    /// Organization
    #[arg(long)]
    org: String,
    /// Base URL of the provider's API (Applivery's includes /v1 and has a default)
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Certificates (PEM) of an authority of the installation's own
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
}

/// Where the keys come from: for each one of an environment variable, a file and a command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keys")]
struct KeyArgs {
    /// Applivery's token is in this environment variable
    #[arg(long, value_name = "VAR", group = "token")]
    token_env: Option<String>,
    /// Applivery's token is in this file
    #[arg(long, value_name = "FILE", group = "token")]
    token_file: Option<PathBuf>,
    /// Applivery's token is what this command prints
    #[arg(long, value_name = "CMD", group = "token")]
    token_command: Option<String>,
    /// EnOS's app key is in this environment variable
    #[arg(long, value_name = "VAR", group = "app_key")]
    app_key_env: Option<String>,
    /// EnOS's app key is in this file
    #[arg(long, value_name = "FILE", group = "app_key")]
    app_key_file: Option<PathBuf>,
    /// EnOS's app key is what this command prints
    #[arg(long, value_name = "CMD", group = "app_key")]
    app_key_command: Option<String>,
    /// EnOS's app secret is in this environment variable
    #[arg(long, value_name = "VAR", group = "app_secret")]
    app_secret_env: Option<String>,
    /// EnOS's app secret is in this file
    #[arg(long, value_name = "FILE", group = "app_secret")]
    app_secret_file: Option<PathBuf>,
    /// EnOS's app secret is what this command prints
    #[arg(long, value_name = "CMD", group = "app_secret")]
    app_secret_command: Option<String>,
}

impl KeyArgs {
    /// Returns the source of each key that has one, by the key's name.
    fn sources(&self) -> Result<Vec<(&'static str, SecretSource)>, Failure> {
        let all = [
            (
                "token",
                &self.token_env,
                &self.token_file,
                &self.token_command,
            ),
            (
                "app_key",
                &self.app_key_env,
                &self.app_key_file,
                &self.app_key_command,
            ),
            (
                "app_secret",
                &self.app_secret_env,
                &self.app_secret_file,
                &self.app_secret_command,
            ),
        ];
        let mut sources = Vec::new();
        for (name, env, file, command) in all {
            let source = match (env, file, command) {
                (Some(name), _, _) => SecretSource::Environment(name.clone()),
                (_, Some(path), _) => SecretSource::File(absolute(path)?),
                (_, _, Some(command)) => SecretSource::Command(command.clone()),
                _ => continue,
            };
            sources.push((name, source));
        }
        Ok(sources)
    }
}

/// A path of the command line is relative to the current folder, and one in the file to the file.
fn absolute(path: &PathBuf) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

/// Adds the profile.
pub(super) fn run(args: &AddArgs) -> Result<Exit, Failure> {
    let name = &args.profile_name;
    let keys = args.keys.sources()?;
    check(args, &keys)?;
    let path = add_profile(&NewProfile {
        name: name.clone(),
        provider: args.provider,
        org: args.org.clone(),
        base_url: args.base_url.clone(),
        keys,
        ca_file: args.ca_file.as_ref().map(absolute).transpose()?,
    })?;
    say(&format!(
        "profile {name:?} added to {}. Try it with: countermand profile test {}",
        path.display(),
        quoted(name)
    ));
    Ok(Exit::AsAsked)
}

/// Checks everything before anything is written.
fn check(args: &AddArgs, keys: &[(&'static str, SecretSource)]) -> Result<(), Failure> {
    let name = &args.profile_name;
    if name.trim().is_empty() || name.trim() != name || name.chars().any(char::is_control) {
        return Err(Failure::usage(
            "NAME must not be empty, and have no spaces around it and no control characters",
        ));
    }
    let wrong =
        |option: &str, error: &dyn std::fmt::Display| Failure::usage(format!("{option}: {error}"));
    Organization::parse(args.provider, &args.org).map_err(|error| wrong("--org", &error))?;
    match &args.base_url {
        Some(base_url) => {
            BaseUrl::parse_allowing_http(base_url).map_err(|error| wrong("--base-url", &error))?;
        }
        None if args.provider.descriptor().default_base_url.is_none() => {
            return Err(Failure::usage(format!(
                "no base URL: {} has a host per installation. Give --base-url",
                args.provider.display_name()
            )));
        }
        None => {}
    }
    let wanted = args.provider.descriptor().keys;
    if let Some((other, _)) = keys
        .iter()
        .find(|(given, _)| wanted.iter().all(|field| field.name != *given))
    {
        return Err(Failure::usage(format!(
            "{} has no {other}",
            args.provider.display_name()
        )));
    }
    for field in wanted {
        if keys.iter().all(|(given, _)| *given != field.name) {
            let option = field.name.replace('_', "-");
            return Err(Failure::usage(format!(
                "no {}: give --{option}-env VAR, --{option}-file FILE or --{option}-command CMD",
                field.name
            )));
        }
    }
    Ok(())
}
