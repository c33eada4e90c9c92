//! The connection: which organization at which provider, and a client for it.

use std::sync::Arc;

use countermand_client::{Client, Connection, Credentials};
use countermand_core_model::{InvalidValue, KeyField, Keys, Organization, Provider, Secret};
use countermand_transport::{BaseUrl, RateLimit, SharedTimer, TokioTimer};

use super::{
    ConfigFile, Redactor, environment,
    gateway_headers::GatewayHeaders,
    precedence::Precedence,
    profile::Profile,
    secret,
    server_connection::ServerConnection,
    session::{ServerSession, Session},
};
use crate::{args::GlobalOptions, failure::Failure, output::say};

/// What options, environment and profile say. Options come first.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    provider: Option<Provider>,
    /// From an option or the environment.
    base_url: Option<String>,
    org: Option<String>,
    pub(super) profile: Option<Profile>,
    /// Whether an option named the profile: then the profile overrides the environment.
    pub(super) is_named: bool,
    insecure_http: bool,
    given: String,
    /// The server's connection, if a server holds the keys.
    server: Option<ServerConnection>,
}

impl Settings {
    /// Gathers everything except the secrets. Options override a profile that an option names, which overrides the
    /// environment, which overrides a profile that only the environment names. A server that an option names is asked
    /// for its connections.
    pub(crate) async fn gather(options: &GlobalOptions) -> Result<Self, Failure> {
        match ServerConnection::find(options).await? {
            Some(connection) => Ok(Self::of_server(connection)),
            None => Self::of_keys(options),
        }
    }

    fn of_server(connection: ServerConnection) -> Self {
        Self {
            provider: Some(connection.org.provider()),
            base_url: Some(connection.base.as_str().to_owned()),
            org: Some(connection.org.to_string()),
            profile: None,
            is_named: false,
            insecure_http: true,
            given: connection.given.clone(),
            server: Some(connection),
        }
    }

    fn of_keys(options: &GlobalOptions) -> Result<Self, Failure> {
        let is_named = options.profile.is_some();
        let profile = match &options.profile {
            Some(name) => Some(name.clone()),
            None => environment::variable("COUNTERMAND_PROFILE")?,
        };
        let profile = profile
            .map(|name| ConfigFile::read()?.profile(&name))
            .transpose()?;
        let precedence = Precedence {
            profile: profile.as_ref(),
            is_named,
        };
        let provider = chosen_provider(options.provider, &precedence)?;
        let (profile_base, profile_org) = match &profile {
            Some(profile) => (profile.base_url.clone(), profile.org.clone()),
            None => (None, None),
        };
        let base_url = precedence.choose(
            ("--base-url", options.base_url.clone()),
            ("base_url", profile_base),
            "COUNTERMAND_BASE_URL",
        )?;
        let org = precedence.choose(
            ("--org", options.org.clone()),
            ("org", profile_org),
            "COUNTERMAND_ORG",
        )?;
        Ok(Self {
            provider,
            base_url,
            org,
            profile,
            is_named,
            insecure_http: options.insecure_http,
            given: options.as_given(),
            server: None,
        })
    }

    /// Returns the provider, if one was chosen.
    pub(crate) fn provider(&self) -> Option<Provider> {
        self.provider
    }

    /// Returns these settings with the provider and the organization of a file as defaults. A file never names the
    /// provider's base URL: the keys would be sent there.
    pub(crate) fn or_of_file(mut self, provider: Provider, org: &Organization) -> Self {
        if self.org.is_none() && self.profile_org().is_none() {
            self.org = Some(org.to_string());
        }
        self.provider = self.provider.or(Some(provider));
        self
    }

    /// Returns the provider of a file, which these settings must not contradict.
    pub(crate) fn of_provider(&self, provider: Provider) -> Result<Provider, Failure> {
        match self.provider {
            Some(ours) if ours != provider => Err(Failure::usage(format!(
                "The file is for {provider}, but the chosen provider is {ours}."
            ))),
            _ => Ok(provider),
        }
    }

    /// Opens a client of `provider`. Nothing is sent yet.
    pub(crate) fn open(
        &self,
        provider: Provider,
        rate: Option<RateLimit>,
    ) -> Result<Session, Failure> {
        if let Some(server) = &self.server {
            return server.open(rate);
        }
        let org = self.organization(provider)?;
        let base = self.base(provider)?;
        let keys = Keys::new(provider, |field| self.secret(field, provider, &base))?;
        let headers = self.headers(provider, &base)?;
        let of_headers = headers.iter().map(|(_, value)| value.clone());
        let secrets = keys.iter().map(|(_, key)| key.clone()).chain(of_headers);
        let redactor = Redactor::new(secrets.collect());
        let backend = self.backend(provider, &base)?;
        let mut connection = Connection::new(org, base, Credentials::Keys(keys))?;
        connection.rate = rate.or(connection.rate);
        let backend = GatewayHeaders::new(backend, &headers)?;
        let timer: SharedTimer = Arc::new(TokioTimer::new());
        let client = Client::connect(connection, backend, timer.clone())?;
        Ok(Session {
            client,
            timer,
            redactor,
            severity_rules: self
                .profile
                .as_ref()
                .map(|profile| profile.severity_rules.clone())
                .unwrap_or_default(),
            given: self.given.clone(),
            server: None,
        })
    }

    /// Opens the connection of a server. Nothing is sent yet.
    pub(crate) fn open_server(&self) -> Result<ServerSession, Failure> {
        let session = match &self.server {
            Some(server) => server.open(None)?,
            None => return Err(Failure::usage("No server given. Use --server URL.")),
        };
        match session.server.clone() {
            Some(server) => Ok(ServerSession { session, server }),
            None => Err(Failure::usage("No server given. Use --server URL.")),
        }
    }

    fn profile_org(&self) -> Option<&String> {
        self.profile.as_ref()?.org.as_ref()
    }

    /// Returns the organization.
    pub(crate) fn organization(&self, provider: Provider) -> Result<Organization, Failure> {
        let text = self.org.as_ref().or(self.profile_org()).ok_or_else(|| {
            Failure::usage(
                "No organization given. Use --org, set COUNTERMAND_ORG, or set org in a profile.",
            )
        })?;
        Organization::parse(provider, text).map_err(|error| {
            let source = self.source(self.org.is_some(), "--org", "org");
            Failure::usage(format!("{source}: {error}"))
        })
    }

    /// Returns where the provider's API is.
    pub(crate) fn base(&self, provider: Provider) -> Result<BaseUrl, Failure> {
        let text = match (&self.base_url, self.profile_base(provider)) {
            (Some(given), _) => given,
            (None, Some(known)) => known,
            (None, None) => {
                return Err(Failure::usage(format!(
                    "No base URL given: {} has a host per installation. Use --base-url, set \
                     COUNTERMAND_BASE_URL, or set base_url in a profile.",
                    provider.display_name()
                )));
            }
        };
        let parsed = match self.insecure_http {
            true => BaseUrl::parse_allowing_http(text),
            false => BaseUrl::parse(text),
        };
        parsed.map_err(|error| {
            let source = self.source(self.base_url.is_some(), "--base-url", "base_url");
            let asking = match BaseUrl::parse_allowing_http(text) {
                Ok(_) => " (--insecure-http allows it)",
                Err(_) => "",
            };
            Failure::usage(format!("{source}: {error}{asking}"))
        })
    }

    /// Names where an invalid value came from.
    fn source(&self, given: bool, option: &str, key: &str) -> String {
        match &self.profile {
            Some(profile) if !given => format!("{key} of profile {:?}", profile.name),
            _ => option.to_owned(),
        }
    }

    fn secret(
        &self,
        field: &KeyField,
        provider: Provider,
        base: &BaseUrl,
    ) -> Result<Secret, Failure> {
        let KeyField { name, variable, .. } = *field;
        let in_profile = self
            .profile
            .as_ref()
            .and_then(|profile| profile.keys.get(name));
        let in_environment = environment::variable(variable)?
            .map(|text| secret::checked(text, variable))
            .transpose()?;
        let (Some(profile), Some(source)) = (&self.profile, in_profile) else {
            return in_environment.ok_or_else(|| {
                Failure::usage(format!(
                    "No {name} given. Set {variable}, or set {name}_env, {name}_file or {name}_command in a \
                     profile."
                ))
            });
        };
        let is_home = self.is_home(profile, provider, base)?;
        match in_environment {
            // A profile that was named keeps its keys: those of the environment may belong to another organization.
            Some(_) if self.is_named && is_home => {
                if !source.is_variable(variable) {
                    say(&format!(
                        "Ignoring {variable}: profile {:?} has its own {name}.",
                        profile.name
                    ));
                }
            }
            Some(secret) => return Ok(secret),
            None if is_home => {}
            None => {
                return Err(Failure::usage(format!(
                    "--base-url (or COUNTERMAND_BASE_URL) names another host than profile {:?}, whose {name} \
                     is not sent there. Set {variable} if it is meant for that host.",
                    profile.name
                )));
            }
        }
        source.read(&format!("{name} of profile {:?}", profile.name))
    }
}

/// Chooses the provider. A profile is used for its own provider only: it has that provider's host and keys.
fn chosen_provider(
    option: Option<Provider>,
    precedence: &Precedence<'_>,
) -> Result<Option<Provider>, Failure> {
    let in_profile = precedence.profile.and_then(|profile| profile.provider);
    let chosen = precedence.choose(
        ("--provider", option.map(|one| one.to_string())),
        ("provider", in_profile.map(|one| one.to_string())),
        "COUNTERMAND_PROVIDER",
    )?;
    let given = chosen
        .map(|text| text.parse())
        .transpose()
        .map_err(|error: InvalidValue| Failure::usage(format!("COUNTERMAND_PROVIDER: {error}")))?;
    if let (Some(given), Some(profile), Some(provider)) = (given, precedence.profile, in_profile)
        && given != provider
    {
        return Err(Failure::usage(format!(
            "Profile {:?} is for {provider}, but --provider (or COUNTERMAND_PROVIDER) says {given}.",
            profile.name
        )));
    }
    Ok(given.or(in_profile))
}
