//! `countermand check`: tries what a command needs, step by step, and says what to do where it fails.

mod access;
mod network;
mod report;

use clap::Args;
use countermand_core_model::Provider;
use countermand_transport::BaseUrl;

use self::report::{Check, Report};
use crate::{
    args::{GlobalOptions, OutputArgs},
    exit::Exit,
    failure::Failure,
    settings::{ConfigFile, Settings, server_base},
};

/// Check the connection: configuration, profile, network, clock, key and permissions.
///
/// Each line begins with ok, warning, failed or not tried. No secret is printed, and nothing is changed at the provider.
/// Exit status: 0 nothing failed, 1 something did, 2 wrong usage.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// Checks the connection.
pub(super) async fn run(global: &GlobalOptions, args: &CheckArgs) -> Result<Exit, Failure> {
    check(global, args.output).await
}

/// Checks the connection that these options name.
pub(super) async fn check(global: &GlobalOptions, output: OutputArgs) -> Result<Exit, Failure> {
    let mut report = Report::new(output);
    match server_base(global) {
        Some(base) => of_server(global, &base?, &mut report).await,
        None => of_keys(global, &mut report).await,
    }
    report.end()
}

/// Checks a connection with keys of its own.
async fn of_keys(global: &GlobalOptions, report: &mut Report) {
    match configuration() {
        Ok(found) => report.ok(Check::Configuration, found),
        Err(failure) => {
            let help = "Correct the file, or name another one with COUNTERMAND_CONFIG.";
            report.failed(Check::Configuration, failure.message(), help);
        }
    }
    let settings = match Settings::gather(global).await {
        Ok(settings) => settings,
        Err(failure) => return no_connection(report, &failure),
    };
    let (provider, base) = match place(&settings) {
        Ok(place) => place,
        Err(failure) => return no_connection(report, &failure),
    };
    report.ok(Check::Profile, described(&settings, provider, &base));
    let backend = match settings.backend(provider, &base) {
        Ok(backend) => backend,
        Err(failure) => {
            let help = "Correct ca_file in the profile.";
            return report.failed(Check::Tls, failure.message(), help);
        }
    };
    if network::check(&base, &backend, report).await {
        access::with_keys(&settings, provider, report).await;
    }
}

fn no_connection(report: &mut Report, failure: &Failure) {
    let help =
        "`countermand profile list` shows the profiles, and `countermand profile add` adds one.";
    report.failed(Check::Profile, failure.message(), help);
}

/// Checks a connection of a server, which holds the keys.
async fn of_server(global: &GlobalOptions, base: &BaseUrl, report: &mut Report) {
    let why = "--server names a server";
    report.not_tried(Check::Configuration, why);
    report.not_tried(Check::Profile, why);
    let backend = match countermand_transport::ReqwestTransport::new() {
        Ok(backend) => backend,
        Err(error) => {
            let words = crate::failure::in_words(&error);
            return report.failed(Check::Tls, &words, "");
        }
    };
    if network::check(base, &backend, report).await {
        access::of_server(global, report).await;
    }
}

/// Reads the configuration file, and says where it is.
fn configuration() -> Result<String, Failure> {
    let file = ConfigFile::read()?;
    let path = file.path().display();
    Ok(match (file.path().exists(), file.profiles().len()) {
        (false, _) => format!("{path} does not exist: there are no profiles"),
        (true, count) => format!("{path} ({})", crate::output::count(count, "profile")),
    })
}

/// Returns which provider is meant, and where.
fn place(settings: &Settings) -> Result<(Provider, BaseUrl), Failure> {
    let provider = settings.provider().ok_or_else(|| {
        Failure::usage(
            "no provider: give --provider, set COUNTERMAND_PROVIDER, or set provider in a profile",
        )
    })?;
    settings.organization(provider)?;
    Ok((provider, settings.base(provider)?))
}

fn described(settings: &Settings, provider: Provider, base: &BaseUrl) -> String {
    let place = format!("{} at {base}", provider.display_name());
    match settings.profile() {
        Some(profile) => format!("{}: {place}", profile.name),
        None => format!("none; options and environment say {place}"),
    }
}
