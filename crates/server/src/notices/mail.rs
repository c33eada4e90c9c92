//! Mail over SMTP.

use std::{error::Error, fmt, io, str::FromStr, time::Duration};

use countermand_core_model::{ExposeSecret, InvalidValue, Secret};
use countermand_store::Delivery;
use ipnet::IpNet;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use url::{Host, Url};

use super::{letter, notice::Body, reach::Reach};

/// How long it may take to hand a message over.
const LONGEST_SESSION: Duration = Duration::from_secs(30);

/// The most recipients.
const MOST_RECIPIENTS: usize = 50;

/// The domain of message ids where the server has no name.
const NAMELESS: &str = "countermand.invalid";

/// A mail server, and who is written to.
#[derive(Clone)]
pub struct Mail {
    host: Host<String>,
    port: u16,
    tls: Encryption,
    credentials: Option<(String, Secret)>,
    from: Mailbox,
    to: Vec<Mailbox>,
    reach: Reach,
}

/// How the session is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    FromTheStart,
    StartTls,
    None,
}

impl Mail {
    /// Returns the mail server at `smtp`: `smtps://HOST[:PORT]` with TLS from the start (port 465), or
    /// `smtp://HOST[:PORT]` (port 587), which has to offer STARTTLS unless `plaintext` is set. Private networks that it may
    /// be in are in `addresses`; without TLS it has to be in one of them.
    ///
    /// # Errors
    /// Names the field (`smtp`, `from`, `to`), the rule and the value.
    pub fn new(
        smtp: &str,
        plaintext: bool,
        from: &str,
        to: &[String],
        addresses: Vec<IpNet>,
    ) -> Result<Self, InvalidValue> {
        let form = "must be smtps://HOST[:PORT] or smtp://HOST[:PORT], without user or password";
        let wrong = || InvalidValue::new("smtp", form, "(not shown)");
        let url = Url::parse(smtp.trim()).map_err(|_| wrong())?;
        let (tls, port) = match (url.scheme(), plaintext) {
            ("smtps", false) => (Encryption::FromTheStart, 465),
            ("smtp", false) => (Encryption::StartTls, 587),
            ("smtp", true) => (Encryption::None, 25),
            ("smtps", true) => {
                let rule = "must be smtp://HOST[:PORT] where plaintext is true";
                return Err(InvalidValue::new("smtp", rule, smtp));
            }
            _ => return Err(wrong()),
        };
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        // Read again as the host of an http URL: an address in an unusual form is one.
        let host = url.host_str().and_then(|host| Host::parse(host).ok());
        let Some(host) = host.filter(|_| is_bare) else {
            return Err(wrong());
        };
        let reach = Reach::new(addresses, tls != Encryption::None);
        reach.check("smtp", &host)?;
        if !(1..=MOST_RECIPIENTS).contains(&to.len()) {
            let count = to.len().to_string();
            return Err(InvalidValue::new(
                "to",
                "must have 1 to 50 addresses",
                &count,
            ));
        }
        let to = to.iter().map(|to| mailbox("to", to));
        Ok(Self {
            port: url.port().unwrap_or(port),
            host,
            tls,
            credentials: None,
            from: mailbox("from", from)?,
            to: to.collect::<Result<_, _>>()?,
            reach,
        })
    }

    /// Signs in there with a password.
    ///
    /// # Errors
    /// When the password would not be encrypted.
    pub fn signing_in(mut self, username: &str, password: Secret) -> Result<Self, InvalidValue> {
        if self.tls == Encryption::None {
            let rule = "must not stand beside plaintext: the password would be readable on its way";
            return Err(InvalidValue::new("username", rule, username));
        }
        self.credentials = Some((username.to_owned(), password));
        Ok(self)
    }
}

fn mailbox(field: &'static str, text: &str) -> Result<Mailbox, InvalidValue> {
    let rule = "must be a mail address, such as ops@example.com or Ops <ops@example.com>";
    Mailbox::from_str(text).map_err(|_| InvalidValue::new(field, rule, text))
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// The way to a mail server.
pub(super) struct MailSender {
    mail: Mail,
    /// The name of this server, where it has one.
    name: Option<String>,
}

impl MailSender {
    /// Sends from the server that browsers reach by `origin`.
    pub(super) fn new(mail: Mail, origin: &str) -> Self {
        let url = Url::parse(origin).ok();
        let name = url.and_then(|url| url.domain().map(str::to_owned));
        Self { mail, name }
    }

    /// Sends a notice to every recipient. The message is the same at each attempt, and so is its id.
    ///
    /// # Errors
    /// Why it was not taken, without anything that the mail server said.
    pub(super) async fn send(&self, delivery: &Delivery) -> Result<(), String> {
        let message = self.message(delivery)?;
        let session = tokio::time::timeout(LONGEST_SESSION, self.hand_over(message));
        session.await.unwrap_or_else(|_| Err(TOO_LATE.to_owned()))
    }

    async fn hand_over(&self, message: Message) -> Result<(), String> {
        let Mail {
            host, port, reach, ..
        } = &self.mail;
        let found = reach.resolve(host, *port).await;
        let found = found.map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "the host's name leads to no address that it may lead to".to_owned()
            }
            _ => "the host's name cannot be resolved".to_owned(),
        })?;
        let mut failed = Err(NO_CONNECTION.to_owned());
        for addr in found {
            let transport = self.transport(&addr.ip().to_string())?;
            match transport.send(message.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if is_unreached(&error) => failed = Err(in_words(&error)),
                Err(error) => return Err(in_words(&error)),
            }
        }
        failed
    }

    /// Connects to the address that was checked, and not to the name, which could lead elsewhere by now. The certificate
    /// has to be the name's.
    fn transport(&self, address: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
        let mail = &self.mail;
        let parameters = || {
            let host = mail.host.to_string();
            let host = host.trim_start_matches('[').trim_end_matches(']');
            TlsParameters::new(host.to_owned())
                .map_err(|_| "TLS cannot be set up on this machine".to_owned())
        };
        let tls = match mail.tls {
            Encryption::FromTheStart => Tls::Wrapper(parameters()?),
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address)
            .port(mail.port)
            .timeout(Some(LONGEST_SESSION / 3))
            .tls(tls);
        if let Some(name) = &self.name {
            builder = builder.hello_name(ClientId::Domain(name.clone()));
        }
        if let Some((username, password)) = &mail.credentials {
            // Exposed to sign in with it.
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(username.clone(), password));
        }
        Ok(builder.build())
    }

    fn message(&self, delivery: &Delivery) -> Result<Message, String> {
        let unwritten = || "the message cannot be written".to_owned();
        let body: Body = serde_json::from_str(&delivery.body).map_err(|_| unwritten())?;
        let millis = u64::try_from(delivery.made_at.as_millis()).unwrap_or_default();
        let made_at = std::time::UNIX_EPOCH + Duration::from_millis(millis);
        let domain = self.name.as_deref().unwrap_or(NAMELESS);
        // Nobody's holiday answers it.
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let mut message = Message::builder()
            .from(self.mail.from.clone())
            .date(made_at)
            .message_id(Some(format!("<{}@{domain}>", delivery.id)))
            .subject(letter::subject(&body))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN);
        for to in &self.mail.to {
            message = message.to(to.clone());
        }
        message.body(letter::text(&body)).map_err(|_| unwritten())
    }
}

const TOO_LATE: &str = "it did not answer in time";
const NO_CONNECTION: &str = "no connection could be made to the host, or it broke off";

/// Returns whether another address of the host may be tried: nothing was handed over.
fn is_unreached(error: &SmtpError) -> bool {
    !error.is_response() && !error.is_client() && error.status().is_none() && !is_of_tls(error)
}

/// Returns whether TLS failed: the library takes a handshake that fails for a connection that does.
fn is_of_tls(error: &SmtpError) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let inner = cause.downcast_ref().and_then(io::Error::get_ref);
        if inner.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>) {
            return true;
        }
        source = cause.source();
    }
    error.is_tls()
}

/// Returns what failed. The mail server's own words are left out: they may repeat what it was told.
fn in_words(error: &SmtpError) -> String {
    match error.status() {
        Some(code) => format!("it answered {code}"),
        None if error.is_timeout() => TOO_LATE.to_owned(),
        None if is_of_tls(error) => {
            "TLS failed: its certificate is not trusted, or is another host's".to_owned()
        }
        None if error.is_client() => {
            "it does not offer STARTTLS, or no way to sign in that is known".to_owned()
        }
        None if error.is_response() => "its answer is not SMTP".to_owned(),
        None => NO_CONNECTION.to_owned(),
    }
}

#[cfg(test)]
mod tests;
