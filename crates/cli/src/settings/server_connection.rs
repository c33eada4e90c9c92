//! A connection of a server that holds the keys.

use std::sync::Arc;

use countermand_client::{Client, Connection, Credentials};
use countermand_core_model::{
    InvalidValue, Organization, Provider, Secret, SeverityLevel, SeverityRules,
};
use countermand_relay_api::{ConnectionInfo, SessionInfo, is_connection_name, route};
use countermand_transport::{
    BaseUrl, Bearer, BoxTransport, RateLimit, ReqwestTransport, SharedTimer, TokioTimer,
};

use super::{environment, redactor::Redactor, secret, session::Session};
use crate::{
    args::GlobalOptions,
    failure::{Failure, in_words},
    output::{self, say},
    server::{OwnPage, ServerClient, session_info},
    shell,
};

/// Where the token comes from.
const TOKEN: &str = "COUNTERMAND_SERVER_TOKEN";

/// What the environment says of a connection with keys of its own.
const PASSED_OVER: [&str; 4] = [
    "COUNTERMAND_PROFILE",
    "COUNTERMAND_PROVIDER",
    "COUNTERMAND_BASE_URL",
    "COUNTERMAND_ORG",
];

/// A connection of a server that holds the keys.
#[derive(Clone)]
pub(super) struct ServerConnection {
    pub(super) org: Organization,
    /// Where the server stands in for the provider's API.
    pub(super) base: BaseUrl,
    /// The options, to be repeated in hints.
    pub(super) given: String,
    client: ServerClient,
    transport: BoxTransport,
    timer: SharedTimer,
    token: Secret,
    severity_rules: SeverityRules,
}

impl std::fmt::Debug for ServerConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerConnection")
            .field("org", &self.org)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl ServerConnection {
    /// Asks the server that an option names for its connections, and returns the one that is meant; `None` if no option
    /// names a server.
    ///
    /// # Errors
    /// When the options contradict each other, the token is missing or not known, or it is not clear which connection is
    /// meant. Nothing was sent to a provider.
    pub(super) async fn find(options: &GlobalOptions) -> Result<Option<Self>, Failure> {
        let Some(url) = &options.server else {
            return match options.connection {
                Some(_) => Err(Failure::usage(
                    "--connection names a connection of a server. Use it with --server URL.",
                )),
                None => Ok(None),
            };
        };
        refuse_other_connections(options)?;
        let base = base(url, options.insecure_http)?;
        let token = environment::variable(TOKEN)?
            .ok_or_else(|| Failure::usage(format!("No token for the server. Set {TOKEN}.")))?;
        let token = secret::checked(token, TOKEN)?;
        for variable in PASSED_OVER {
            if environment::variable(variable)?.is_some() {
                say(&format!("Ignoring {variable}: --server names a server."));
            }
        }
        let backend =
            ReqwestTransport::new().map_err(|error| Failure::before_sending(in_words(&error)))?;
        let bearer = Bearer::new(OwnPage(backend), &token)
            .map_err(|error| Failure::usage(format!("{TOKEN}: {error}")))?;
        let transport = BoxTransport::new(bearer);
        let timer: SharedTimer = Arc::new(TokioTimer::new());
        let session = session_info(&base, &transport, &timer).await;
        let session = session.map_err(|error| {
            let message = format!("{base}: {}", in_words(&error));
            Failure::before_sending(Redactor::new(vec![token.clone()]).of(&message))
        })?;
        let info = chosen(&base, session, options.connection.as_deref())?;
        let client = ServerClient::new(base.clone(), info.name.clone(), &transport, &timer);
        let unreadable = |error: InvalidValue| {
            Failure::before_sending(format!("connection {:?} of {base}: {error}", info.name))
        };
        let provider: Provider = info.provider.parse().map_err(unreadable)?;
        let relayed = format!("{base}/{}", route::connection(&info.name));
        let mut given = format!(
            " --server {} --connection {}",
            shell::quoted(base.as_str()),
            info.name
        );
        if options.insecure_http {
            given.push_str(" --insecure-http");
        }
        Ok(Some(Self {
            org: Organization::parse(provider, &info.org).map_err(unreadable)?,
            base: BaseUrl::parse_allowing_http(&relayed).map_err(unreadable)?,
            given,
            client,
            transport,
            timer,
            token,
            severity_rules: severity_rules(&info),
        }))
    }

    /// Opens a client of the connection. Nothing is sent yet.
    pub(super) fn open(&self, rate: Option<RateLimit>) -> Result<Session, Failure> {
        let held = Credentials::HeldByRelay(self.org.provider());
        let mut connection = Connection::new(self.org.clone(), self.base.clone(), held)?;
        connection.rate = rate;
        let client = Client::connect(connection, self.transport.clone(), self.timer.clone())?;
        Ok(Session {
            client,
            timer: self.timer.clone(),
            redactor: Redactor::new(vec![self.token.clone()]),
            severity_rules: self.severity_rules.clone(),
            given: self.given.clone(),
            server: Some(self.client.clone()),
        })
    }
}

/// Refuses options that name a connection with keys of its own beside the server.
fn refuse_other_connections(options: &GlobalOptions) -> Result<(), Failure> {
    let others = [
        ("--provider", options.provider.is_some()),
        ("--base-url", options.base_url.is_some()),
        ("--org", options.org.is_some()),
        ("--profile", options.profile.is_some()),
    ];
    match others.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Failure::usage(format!(
            "{option} cannot be used with --server, whose connection says all that."
        ))),
        None => Ok(()),
    }
}

/// Returns the address of the server that an option names.
pub(crate) fn server_base(options: &GlobalOptions) -> Option<Result<BaseUrl, Failure>> {
    let url = options.server.as_ref()?;
    Some(refuse_other_connections(options).and_then(|()| base(url, options.insecure_http)))
}

fn base(url: &str, insecure_http: bool) -> Result<BaseUrl, Failure> {
    let parsed = match insecure_http {
        true => BaseUrl::parse_allowing_http(url),
        false => BaseUrl::parse(url),
    };
    parsed.map_err(|error| Failure::usage(format!("--server: {error}")))
}

/// Returns the connection of this name, or the only one.
fn chosen(
    base: &BaseUrl,
    session: Option<SessionInfo>,
    name: Option<&str>,
) -> Result<ConnectionInfo, Failure> {
    let Some(session) = session else {
        return Err(Failure::before_sending(format!(
            "The server {base} has no connections: it only serves the console."
        )));
    };
    if session.user.is_none() {
        return Err(Failure::before_sending(format!(
            "The server {base} does not accept this token."
        )));
    }
    let open = session.connections.into_iter();
    let mut open: Vec<ConnectionInfo> =
        open.filter(|info| is_connection_name(&info.name)).collect();
    let names: Vec<&str> = open.iter().map(|info| info.name.as_str()).collect();
    let names = match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    };
    match name {
        Some(name) => match open.iter().position(|info| info.name == name) {
            Some(at) => Ok(open.swap_remove(at)),
            None => Err(Failure::before_sending(format!(
                "Connection {name:?} of {base} is not open to you. Open to you: {names}."
            ))),
        },
        None => match (open.len(), open.pop()) {
            (1, Some(only)) => Ok(only),
            (0, _) => Err(Failure::before_sending(format!(
                "No connection of {base} is open to you."
            ))),
            (number, _) => Err(Failure::usage(format!(
                "{} of {base} are open to you. Choose one with --connection: {names}.",
                output::count(number, "connection")
            ))),
        },
    }
}

/// Returns the operator's words for how grave commands are. A word that this version does not know is left out.
fn severity_rules(info: &ConnectionInfo) -> SeverityRules {
    let mut rules = SeverityRules::default();
    for (word, level) in &info.severity {
        let level = SeverityLevel::parse(level);
        if let Some(more) = level.and_then(|level| rules.clone().with(word, level).ok()) {
            rules = more;
        }
    }
    rules
}
