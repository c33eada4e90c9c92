//! The way to a host: proxy, name, TCP, TLS, and its clock. No key is sent.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use countermand_transport::{
    BaseUrl, ReqwestTransport, SystemProxy, Transport, TransportError, TransportErrorKind,
};
use http::{Request, Response, Uri, header::DATE};

use super::report::{Check, Report};
use crate::failure::in_words;

/// How long a name, a connection or an answer may take.
const LONGEST: Duration = Duration::from_secs(15);

/// The difference of the clocks from which it is worth a word, and the one from which signatures are refused.
const NOTICEABLE: Duration = Duration::from_secs(30);
const TOO_MUCH: Duration = Duration::from_secs(300);

/// Checks the way to `base`. Returns whether it answers.
pub(super) async fn check(base: &BaseUrl, backend: &ReqwestTransport, report: &mut Report) -> bool {
    let Some(uri) = base.as_str().parse::<Uri>().ok() else {
        report.failed(Check::Host, "the address is not valid", "");
        return false;
    };
    let proxy = SystemProxy::of(base);
    report.ok(Check::Proxy, proxy_words(proxy.as_ref()));
    let (host, port) = match &proxy {
        Some(proxy) => (proxy.host.as_str(), proxy.port),
        None => (uri.host().unwrap_or_default(), port_of(&uri)),
    };
    match connect(host, port).await {
        Ok(address) => {
            let by_way = proxy.as_ref().map_or("", |_| " of the proxy");
            report.ok(
                Check::Host,
                format!("{host}:{port}{by_way} answers at {address}"),
            );
        }
        Err(error) => {
            let message = format!("{host}:{port}: {error}");
            report.failed(Check::Host, &message, &host_help(&error, proxy.is_some()));
            return false;
        }
    }
    let request = Request::get(uri.clone()).body(Bytes::new());
    let answer = match request {
        Ok(request) => tokio::time::timeout(LONGEST, backend.send(request)).await,
        Err(_) => return false,
    };
    match answer {
        Ok(Ok(response)) => {
            tls(base, report);
            clock(&response, report);
            true
        }
        Ok(Err(error)) => {
            refused(&error, report);
            false
        }
        Err(_) => {
            let help = "Something between here and the host, as a firewall, may hold it back.";
            report.failed(Check::Tls, "no answer came in 15 s", help);
            false
        }
    }
}

fn port_of(uri: &Uri) -> u16 {
    let default_port = match uri.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    uri.port_u16().unwrap_or(default_port)
}

fn proxy_words(proxy: Option<&SystemProxy>) -> String {
    let Some(proxy) = proxy else {
        return "none: the host is reached directly".to_owned();
    };
    let user = match proxy.has_user {
        true => ", with a user",
        false => "",
    };
    format!("{}://{}:{}{user}", proxy.scheme, proxy.host, proxy.port)
}

/// Looks the name up, and makes a connection.
async fn connect(host: &str, port: u16) -> io::Result<SocketAddr> {
    let connecting = async {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = tokio::net::TcpStream::connect((bare, port)).await?;
        stream.peer_addr()
    };
    match tokio::time::timeout(LONGEST, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in 15 s")),
    }
}

fn host_help(error: &io::Error, is_proxy: bool) -> String {
    let what = match is_proxy {
        true => "the proxy (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY; NO_PROXY leaves hosts out)",
        false => "the host in --base-url or base_url",
    };
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("Nothing listens there. Check {what}.")
        }
        io::ErrorKind::TimedOut => {
            format!("A firewall may be in the way, or a proxy is needed. Check {what}.")
        }
        _ => format!("Check {what}, and this machine's network and DNS."),
    }
}

fn tls(base: &BaseUrl, report: &mut Report) {
    if base.as_str().starts_with("https:") {
        report.ok(Check::Tls, "the certificate is trusted");
    } else if base.is_loopback() {
        report.ok(Check::Tls, "none is needed on this machine");
    } else {
        report.warning(
            Check::Tls,
            "http: everyone on the way can read the key",
            "Use an address with https.",
        );
    }
}

fn refused(error: &TransportError, report: &mut Report) {
    let help = match error.kind() {
        TransportErrorKind::Untrusted => {
            "If the installation has an authority of its own, name its certificate: ca_file in the profile, or \
             SSL_CERT_FILE. If something on the way opens TLS, name that one's. Never switch the check off."
        }
        TransportErrorKind::ProxyRefused => {
            "Put user and password into the proxy's address: http://USER:PASSWORD@HOST:PORT."
        }
        _ => "Check the address, its port and whether it is https or http.",
    };
    report.failed(Check::Tls, &in_words(error), help);
}

fn clock(response: &Response<Bytes>, report: &mut Report) {
    let date = response
        .headers()
        .get(DATE)
        .and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
        report.not_tried(Check::Clock, "the host does not say what time it is");
        return;
    };
    let ours = SystemTime::now();
    let (apart, which) = match ours.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let message = format!("this clock is {} s {which} the host's", apart.as_secs());
    let help =
        "Set this machine's clock (NTP): times in filters and EnOS's signatures depend on it.";
    match apart {
        apart if apart < NOTICEABLE => report.ok(Check::Clock, "agrees with the host's"),
        apart if apart < TOO_MUCH => report.warning(Check::Clock, &message, help),
        _ => report.failed(Check::Clock, &message, help),
    }
}
