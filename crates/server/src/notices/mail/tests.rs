//! What is refused, and letters to a mail server that is there.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    process::Command,
    sync::{Arc, Mutex},
};

use countermand_store::{NewNotice, Store, StoreLocation};
use countermand_transport::{Timer, TokioTimer};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivatePkcs8KeyDer};

use super::*;
use crate::{
    lock::lock,
    notices::notice::{Notice, RunFacts},
};

const PASSWORD: &str = "s3cr3t-passw0rd";

fn mail(smtp: &str, plaintext: bool, addresses: &[&str]) -> Result<Mail, InvalidValue> {
    let addresses = addresses.iter().map(|net| net.parse().unwrap()).collect();
    let to = ["ops@example.com".to_owned()];
    Mail::new(
        smtp,
        plaintext,
        "Countermand <c@example.com>",
        &to,
        addresses,
    )
}

#[test]
fn a_server_with_and_without_tls() {
    for (smtp, plaintext, addresses, tls, port) in [
        (
            "smtps://mail.example",
            false,
            &[][..],
            Encryption::FromTheStart,
            465,
        ),
        ("smtp://mail.example", false, &[], Encryption::StartTls, 587),
        (
            "smtp://mail.example:2525",
            false,
            &[],
            Encryption::StartTls,
            2525,
        ),
        (
            "smtp://127.0.0.1",
            true,
            &["127.0.0.0/8"],
            Encryption::None,
            25,
        ),
        ("smtp://[::1]:26", true, &["::1/128"], Encryption::None, 26),
    ] {
        let mail = mail(smtp, plaintext, addresses).unwrap();
        assert_eq!((mail.tls, mail.port), (tls, port), "{smtp}");
    }
}

#[test]
fn what_is_wrong_is_named_and_no_secret_is_shown() {
    for (smtp, plaintext, addresses, shown) in [
        ("smtp://169.254.169.254", false, &[][..], "169.254.169.254"),
        ("smtp://0xa9fea9fe", false, &[], "169.254.169.254"),
        ("smtps://localhost", false, &[], "localhost"),
        ("smtp://mail.example", true, &[], "mail.example"),
        (
            "smtp://93.184.216.34",
            true,
            &["0.0.0.0/0"],
            "93.184.216.34",
        ),
        (
            "smtps://mail.example",
            true,
            &["10.0.0.0/8"],
            "smtps://mail.example",
        ),
        ("smtp://u:s3cr3t@mail.example", false, &[], "(not shown)"),
        (
            "smtp://mail.example/?password=s3cr3t",
            false,
            &[],
            "(not shown)",
        ),
        ("https://mail.example", false, &[], "(not shown)"),
        ("mail.example:25", false, &[], "(not shown)"),
    ] {
        let error = mail(smtp, plaintext, addresses).unwrap_err();
        assert_eq!((error.field(), error.value()), ("smtp", shown), "{smtp}");
    }
    let good = ("smtps://mail.example", false, "c@example.com");
    let of = |from, to: &[&str]| {
        let to: Vec<String> = to.iter().map(|&to| to.to_owned()).collect();
        Mail::new(good.0, good.1, from, &to, Vec::new()).unwrap_err()
    };
    assert_eq!(of("nobody", &["a@example.com"]).field(), "from");
    assert_eq!(
        of(good.2, &["a@example.com\r\nBcc: b@example.com"]).field(),
        "to"
    );
    assert_eq!(of(good.2, &[]).field(), "to");
    let local = mail("smtp://127.0.0.1", true, &["127.0.0.0/8"]).unwrap();
    let error = local.signing_in("me", Secret::from("s3cr3t")).unwrap_err();
    assert_eq!(error.field(), "username");
    let signing_in = mail("smtps://mail.example", false, &[]).unwrap();
    let signing_in = signing_in.signing_in("me", Secret::from("s3cr3t")).unwrap();
    assert!(!format!("{signing_in:?}").contains("s3cr3t"));
}

/// A mail server: what it is told, it writes down.
struct MailServer {
    addr: SocketAddr,
    /// Lines of commands and messages, in order.
    told: Arc<Mutex<Vec<String>>>,
}

/// A connection, with or without TLS.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

impl MailServer {
    /// Offers STARTTLS with `tls`, or none. To recipients it answers with `rcpt`.
    fn start(tls: Option<Arc<ServerConfig>>, rcpt: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.write_all(b"220 mail.test ESMTP\r\n").unwrap();
                let offered = match &tls {
                    Some(_) => "250-mail.test\r\n250 STARTTLS\r\n",
                    None => "250 mail.test\r\n",
                };
                if talk(Box::new(stream.try_clone().unwrap()), offered, rcpt, &all)
                    && let Some(tls) = &tls
                {
                    let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                    let stream = StreamOwned::new(connection, stream);
                    let offered = "250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n";
                    talk(Box::new(stream), offered, rcpt, &all);
                }
            }
        });
        Self { addr, told }
    }

    fn told(&self) -> Vec<String> {
        lock(&self.told).clone()
    }
}

/// Answers until the other side leaves. Returns true where it asks for TLS.
fn talk(stream: Box<dyn Stream>, offered: &str, rcpt: &str, all: &Mutex<Vec<String>>) -> bool {
    let mut stream = BufReader::new(stream);
    let (mut is_message, mut line) = (false, String::new());
    while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
        let said = std::mem::take(&mut line).trim_end().to_owned();
        lock(all).push(said.clone());
        let answer = match said.split([' ', ':']).next() {
            _ if is_message && said != "." => continue,
            _ if is_message => "250 taken\r\n",
            Some("EHLO") => offered,
            Some("RCPT") => rcpt,
            Some("DATA") => "354 go on\r\n",
            Some("AUTH") => "235 welcome\r\n",
            Some("STARTTLS") => "220 go on\r\n",
            _ => "250 ok\r\n",
        };
        is_message = said == "DATA";
        if stream.get_mut().write_all(answer.as_bytes()).is_err() {
            return false;
        }
        if said == "STARTTLS" {
            return true;
        }
    }
    false
}

fn certified() -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), made.cert.pem())
}

/// A notice that has been taken from an outbox, as any is.
async fn delivery() -> Delivery {
    let run = RunFacts {
        connection: "fleet".to_owned(),
        run: "r1".to_owned(),
        by: "Zoë".to_owned(),
        reason: Some("a wrong lock".to_owned()),
        ticket: None,
        done: 3,
        total: 3,
        outcomes: [("cancelled".to_owned(), 3)].into(),
    };
    let body = Body {
        id: "n1".to_owned(),
        notice: Notice::RunFinished { run },
        at: "2026-11-30T16:00:00Z".to_owned(),
        server: "https://countermand.example".to_owned(),
        link: "https://countermand.example/#connection=fleet".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    let store = Store::open(&file).await.unwrap();
    let now = TokioTimer::default().now();
    let row = NewNotice {
        id: "n1".to_owned(),
        destination: "mail".to_owned(),
        body: serde_json::to_string(&body).unwrap(),
        made_at: countermand_core_model::Timestamp::from_millis(1_790_000_000_000).unwrap(),
    };
    store.add_notices(&[row]).await.unwrap();
    let due = store.claim_notices("mail", now, now, 1).await.unwrap();
    due.into_iter().next().unwrap()
}

fn sender(addr: SocketAddr, plaintext: bool, password: Option<&str>) -> MailSender {
    let to = [
        "ops@example.com".to_owned(),
        "Night <night@example.com>".to_owned(),
    ];
    let local = vec!["127.0.0.0/8".parse().unwrap()];
    let smtp = format!("smtp://{addr}");
    let mut mail = Mail::new(&smtp, plaintext, "c@example.com", &to, local).unwrap();
    if let Some(password) = password {
        mail = mail.signing_in("me", Secret::from(password)).unwrap();
    }
    MailSender::new(mail, "https://countermand.example")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_is_the_same_at_each_attempt() {
    let server = MailServer::start(None, "250 ok\r\n");
    let (sender, delivery) = (sender(server.addr, true, None), delivery().await);
    sender.send(&delivery).await.unwrap();
    let told = server.told();
    let is_told = |line: &str| assert!(told.iter().any(|one| one == line), "{line}: {told:#?}");
    for line in [
        "EHLO countermand.example",
        "MAIL FROM:<c@example.com>",
        "RCPT TO:<ops@example.com>",
        "RCPT TO:<night@example.com>",
        "From: c@example.com",
        "To: ops@example.com, Night <night@example.com>",
        "Date: Mon, 21 Sep 2026 14:13:20 +0000",
        "Message-ID: <n1@countermand.example>",
        "Subject: [countermand] Run finished at fleet: 3 of 3 cancelled",
        "Auto-Submitted: auto-generated",
        "Run: r1",
        "Content-Transfer-Encoding: quoted-printable",
        "Started by: Zo=C3=AB",
        "Look at it: https://countermand.example/#connection=3Dfleet",
    ] {
        is_told(line);
    }
    sender.send(&delivery).await.unwrap();
    let message = |told: &[String]| {
        let lines = told.iter().skip_while(|line| *line != "DATA");
        lines
            .take_while(|line| *line != ".")
            .cloned()
            .collect::<Vec<_>>()
    };
    let again = server.told()[told.len()..].to_vec();
    assert_eq!(message(&again), message(&told));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_mail_server_refuses_is_told_by_its_number_alone() {
    let server = MailServer::start(None, "550 no such s3cr3t-passw0rd here\r\n");
    let refused = sender(server.addr, true, None)
        .send(&delivery().await)
        .await;
    assert_eq!(refused.unwrap_err(), "it answered 550");
    assert!(!server.told().contains(&"DATA".to_owned()));
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap();
    drop(free);
    let unreached = sender(addr, true, None).send(&delivery().await).await;
    assert_eq!(unreached.unwrap_err(), NO_CONNECTION);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_trusted_tls_neither_a_letter_nor_a_password_leaves() {
    let (tls, _) = certified();
    let delivery = delivery().await;
    for (tls, why) in [
        (None, "STARTTLS"),
        (Some(tls), "its certificate is not trusted"),
    ] {
        let server = MailServer::start(tls, "250 ok\r\n");
        let sender = sender(server.addr, false, Some(PASSWORD));
        let refused = sender.send(&delivery).await.unwrap_err();
        assert!(refused.contains(why), "{refused}");
        let told = server.told();
        assert!(
            told.iter().all(|line| !line.starts_with("AUTH")),
            "{told:?}"
        );
        assert!(!told.contains(&"DATA".to_owned()), "{told:?}");
    }
}

/// What this machine trusts is set by the environment of a process.
#[test]
fn over_trusted_tls_it_signs_in_and_hands_the_letter_over() {
    let (tls, pem) = certified();
    let server = MailServer::start(Some(tls), "250 ok\r\n");
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, pem).unwrap();
    let inner = "notices::mail::tests::to_the_mail_server_of_the_environment";
    let sent = Command::new(std::env::current_exe().unwrap())
        .args([inner, "--exact", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", trusted)
        .env("TEST_MAIL_SERVER", server.addr.to_string())
        .output()
        .unwrap();
    assert!(sent.status.success(), "{sent:?}");
    let told = server.told();
    let place = |line: &str| {
        let found = told.iter().position(|one| one.starts_with(line));
        found.unwrap_or_else(|| panic!("{line}: {told:?}"))
    };
    assert!(place("STARTTLS") < place("AUTH PLAIN") && place("AUTH PLAIN") < place("DATA"));
    place("Message-ID: <n1@countermand.example>");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "another test runs it in a process of its own"]
async fn to_the_mail_server_of_the_environment() {
    let addr = std::env::var("TEST_MAIL_SERVER").unwrap();
    let sender = sender(addr.parse().unwrap(), false, Some(PASSWORD));
    sender.send(&delivery().await).await.unwrap();
}
