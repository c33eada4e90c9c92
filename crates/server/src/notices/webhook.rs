//! Webhooks, in the form of Standard Webhooks: a POST with JSON, signed with HMAC-SHA-256 over id, time and body.

use std::{fmt, io, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use bytes::Bytes;
use countermand_core_model::{ExposeSecret, InvalidValue, Secret, Timestamp};
use countermand_store::Delivery;
use countermand_transport::{
    ReqwestOptions, ReqwestTransport, SharedTimer, Timeout, Transport, TransportError,
    TransportErrorKind,
};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Method, Request, StatusCode, Uri, header::CONTENT_TYPE};
use ipnet::IpNet;
use sha2::Sha256;
use url::{Host, Url};

use super::reach::Reach;

/// How long a receiver may take to answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// The largest answer that is read. Nothing is made of it.
const LARGEST_ANSWER: usize = 1 << 20;

/// What a secret of Standard Webhooks begins with, before the key in base64.
const PREFIX: &str = "whsec_";

/// How many bytes a key has.
const SHORTEST_KEY: usize = 24;

/// A receiver of webhooks. Its URL may be a secret, too: only its host is ever shown.
#[derive(Clone)]
pub struct Webhook {
    url: Secret,
    host: Host<String>,
    port: u16,
    secret: Secret,
    reach: Reach,
}

impl Webhook {
    /// Returns the receiver at `url`, whose requests are signed with `secret`: `whsec_` and a key in base64, or the key
    /// itself. Private networks that the URL may lead to are in `addresses`.
    ///
    /// # Errors
    /// Names the field (`url`, `secret`) and the rule. A secret is not repeated, and of a URL only the host.
    pub fn new(url: &Secret, secret: &Secret, addresses: Vec<IpNet>) -> Result<Self, InvalidValue> {
        let wrong = |rule| InvalidValue::new("url", rule, "(not shown)");
        // Exposed to be read.
        let parsed = Url::parse(url.expose_secret().trim())
            .map_err(|_| wrong("must be an absolute https:// URL"))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong("must be an absolute https:// URL"));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(wrong("must not contain a user name or password"));
        }
        if parsed.fragment().is_some() {
            return Err(wrong("must not contain a fragment"));
        }
        let (Some(host), Some(port)) = (parsed.host(), parsed.port_or_known_default()) else {
            return Err(wrong("must be an absolute https:// URL"));
        };
        let host = host.to_owned();
        let reach = Reach::new(addresses, parsed.scheme() == "https");
        reach.check("url", &host)?;
        if parsed.as_str().parse::<Uri>().is_err() {
            return Err(wrong("must be at most 65534 characters"));
        }
        if key(secret).is_none_or(|key| key.len() < SHORTEST_KEY) {
            let rule =
                "must be whsec_ and a key in base64, or the key itself, of at least 24 bytes";
            return Err(InvalidValue::new("secret", rule, "(not shown)"));
        }
        Ok(Self {
            url: Secret::from(String::from(parsed)),
            host,
            port,
            secret: secret.clone(),
            reach,
        })
    }
}

/// Without the secret, and what may be one in the URL.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// The way to a receiver.
pub(super) struct WebhookSender {
    webhook: Webhook,
    transport: Timeout<ReqwestTransport>,
}

impl WebhookSender {
    pub(super) fn new(webhook: Webhook, timer: &SharedTimer) -> Result<Self, TransportError> {
        let mut options = ReqwestOptions::default();
        options.max_body_bytes = LARGEST_ANSWER;
        options.addresses = Some(webhook.reach.rule());
        let backend = ReqwestTransport::with_options(&options)?;
        Ok(Self {
            webhook,
            transport: Timeout::new(backend, timer.clone(), LONGEST_ANSWER),
        })
    }

    /// Sends a notice. Only an answer 2xx says that it was taken.
    ///
    /// # Errors
    /// Why it was not, without anything that the receiver said.
    pub(super) async fn send(&self, delivery: &Delivery, now: Timestamp) -> Result<(), String> {
        let Some(request) = self.request(delivery, now) else {
            return Err("the request could not be built".to_owned());
        };
        match self.transport.send(request).await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(refused(answer.status())),
            Err(error) => Err(self.failed(&error).await),
        }
    }

    fn request(&self, delivery: &Delivery, now: Timestamp) -> Option<Request<Bytes>> {
        let seconds = now.as_millis().div_euclid(1_000).to_string();
        let key = key(&self.webhook.secret)?;
        let signature = sign(&key, &delivery.id, &seconds, &delivery.body)?;
        // Exposed to be sent to.
        let url: Uri = self.webhook.url.expose_secret().parse().ok()?;
        let mut request = Request::new(Bytes::from(delivery.body.clone().into_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [
            ("webhook-id", delivery.id.as_str()),
            ("webhook-timestamp", seconds.as_str()),
            ("webhook-signature", signature.as_str()),
        ] {
            headers.insert(name, HeaderValue::from_str(value).ok()?);
        }
        Some(request)
    }

    async fn failed(&self, error: &TransportError) -> String {
        let Webhook {
            reach, host, port, ..
        } = &self.webhook;
        // The cause may have the URL in it, so it is looked for here.
        if error.kind() == TransportErrorKind::Connect
            && let Err(error) = reach.resolve(host, *port).await
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            return "the host's name leads to no address that it may lead to".to_owned();
        }
        error.to_string()
    }
}

fn refused(status: StatusCode) -> String {
    match status.is_redirection() {
        true => format!(
            "it answered {}: redirects are not followed",
            status.as_u16()
        ),
        false => format!("it answered {}", status.as_u16()),
    }
}

/// Returns the key, or `None` where what follows the prefix is not base64.
fn key(secret: &Secret) -> Option<Vec<u8>> {
    // Exposed to sign with it.
    let text = secret.expose_secret().trim();
    match text.strip_prefix(PREFIX) {
        Some(encoded) => BASE64.decode(encoded).ok(),
        None => Some(text.as_bytes().to_vec()),
    }
}

fn sign(key: &[u8], id: &str, seconds: &str, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [id, ".", seconds, ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn webhook(url: &str, secret: &str, addresses: &[&str]) -> Result<Webhook, InvalidValue> {
        let addresses = addresses.iter().map(|net| net.parse().unwrap()).collect();
        Webhook::new(&Secret::from(url), &Secret::from(secret), addresses)
    }

    #[test]
    fn the_example_of_standard_webhooks() {
        let key = key(&Secret::from(SECRET)).unwrap();
        let signature = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signature.unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_is_shown() {
        for (url, secret, addresses, field, shown) in [
            (
                "http://169.254.169.254/latest",
                SECRET,
                &[][..],
                "url",
                "169.254.169.254",
            ),
            (
                "https://169.254.169.254/latest",
                SECRET,
                &[],
                "url",
                "169.254.169.254",
            ),
            (
                "https://0xa9fea9fe/latest",
                SECRET,
                &[],
                "url",
                "169.254.169.254",
            ),
            ("https://localhost/s3cr3t", SECRET, &[], "url", "localhost"),
            (
                "http://hooks.example/s3cr3t",
                SECRET,
                &[],
                "url",
                "hooks.example",
            ),
            (
                "http://93.184.216.34/",
                SECRET,
                &["0.0.0.0/0"],
                "url",
                "93.184.216.34",
            ),
            (
                "https://10.0.0.1/s3cr3t",
                SECRET,
                &["192.168.0.0/16"],
                "url",
                "10.0.0.1",
            ),
            (
                "https://u:s3cr3t@hooks.example/",
                SECRET,
                &[],
                "url",
                "(not shown)",
            ),
            (
                "https://hooks.example/#s3cr3t",
                SECRET,
                &[],
                "url",
                "(not shown)",
            ),
            (
                "ftp://hooks.example/s3cr3t",
                SECRET,
                &[],
                "url",
                "(not shown)",
            ),
            ("hooks.example/s3cr3t", SECRET, &[], "url", "(not shown)"),
            (
                "https://hooks.example/",
                "whsec_s3cr3t!",
                &[],
                "secret",
                "(not shown)",
            ),
            (
                "https://hooks.example/",
                "whsec_c2hvcnQ=",
                &[],
                "secret",
                "(not shown)",
            ),
            (
                "https://hooks.example/",
                "s3cr3t-too-short",
                &[],
                "secret",
                "(not shown)",
            ),
        ] {
            let error = webhook(url, secret, addresses).unwrap_err();
            assert_eq!((error.field(), error.value()), (field, shown), "{url}");
            assert!(!error.to_string().contains("s3cr3t"), "{error}");
        }
        let taken = webhook("https://hooks.example/s3cr3t?a=b", SECRET, &[]).unwrap();
        let shown = format!("{taken:?}");
        assert!(
            shown.contains("hooks.example") && !shown.contains("s3cr3t"),
            "{shown}"
        );
        assert!(!shown.contains("MfKQ9r8GKYq"), "{shown}");
        assert!(webhook("http://10.0.0.1:8080/", SECRET, &["10.0.0.0/8"]).is_ok());
        assert!(webhook("https://hooks.example/", &"k".repeat(24), &[]).is_ok());
    }
}
