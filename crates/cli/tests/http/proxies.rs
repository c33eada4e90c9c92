//! Proxies, certificates of an own authority, and headers for a gateway.

use std::fs;

use serde_json::json;

use crate::{
    authority::Authority,
    countermand::{Countermand, countermand, text},
    proxy::Proxy,
    saved_files::folder,
    simulator::Simulator,
    stub_server::{Reply, StubServer, page},
};

const TOKEN: &str = "t0ken-that-nobody-sees";
const HOST: &str = "vendor.example";
/// "me:pr0xy-passw0rd" in Base64.
const USER: &str = "bWU6cHIweHktcGFzc3cwcmQ=";

fn list(base_url: &str) -> Countermand {
    countermand([
        "list",
        "dev1",
        "--provider",
        "applivery",
        "--org",
        "org-one",
    ])
    .args(["--base-url", base_url])
    .env("COUNTERMAND_TOKEN", TOKEN)
    .env("RUST_LOG", "trace")
}

/// A server of this name over TLS, and the file of its authority.
fn secure(names: &[&str]) -> (StubServer, tempfile::TempDir, String) {
    let (authority, folder) = (Authority::new(), folder());
    let server = StubServer::start_tls(authority.tls_for(names), |_| page(""));
    let file = text(&authority.file(folder.path()));
    (server, folder, file)
}

#[test]
fn http_goes_through_a_proxy_in_absolute_form() {
    let server = StubServer::start(|_| page(""));
    let proxy = Proxy::http(server.authority(), None);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        list(&format!("http://{HOST}/v1"))
            .arg("--insecure-http")
            .env(variable, format!("http://{}", proxy.authority()))
            .run()
            .exits(0)
            .hides(&[TOKEN]);
    }
    let asked = proxy.asked();
    assert_eq!((asked.len(), server.requests().len()), (3, 3));
    assert!(
        asked[0].starts_with(&format!("GET http://{HOST}/v1/")),
        "{asked:?}"
    );
}

#[test]
fn https_goes_through_a_tunnel_which_shows_the_proxy_no_key() {
    let (server, _folder, ca) = secure(&[HOST]);
    let proxy = Proxy::http(server.authority(), Some(USER));
    let through = |proxy_url: String| {
        list(&format!("https://{HOST}/v1"))
            .env("HTTPS_PROXY", proxy_url)
            .env("SSL_CERT_FILE", &ca)
            .run()
            .hides(&[TOKEN, "pr0xy-passw0rd", USER])
    };
    through(format!("http://me:pr0xy-passw0rd@{}", proxy.authority())).exits(0);
    assert_eq!(server.requests()[0].token(), TOKEN);
    let asked = proxy.asked();
    assert!(
        asked[0].starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")),
        "{asked:?}"
    );
    assert!(!asked[0].contains(TOKEN), "{asked:?}");
    through(format!("http://{}", proxy.authority()))
        .exits(1)
        .says("HTTP 407");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn socks5_by_name_with_and_without_a_user() {
    let (server, _folder, ca) = secure(&[HOST]);
    let open = Proxy::socks5(server.authority(), None);
    let closed = Proxy::socks5(server.authority(), Some(("me", "pr0xy-passw0rd")));
    let through = |proxy_url: String| {
        list(&format!("https://{HOST}/v1"))
            .env("ALL_PROXY", proxy_url)
            .env("SSL_CERT_FILE", &ca)
            .run()
            .hides(&[TOKEN, "pr0xy-passw0rd"])
    };
    through(format!("socks5h://{}", open.authority())).exits(0);
    assert_eq!(open.asked(), [format!("{HOST}:443")]);
    through(format!(
        "socks5h://me:pr0xy-passw0rd@{}",
        closed.authority()
    ))
    .exits(0);
    assert_eq!(closed.asked(), [format!("{HOST}:443")]);
    through(format!("socks5h://me:wrong@{}", closed.authority())).exits(1);
    assert_eq!(server.requests().len(), 2);
    // http as well, and by a name that is looked up here.
    let plain = StubServer::start(|_| page(""));
    let socks = Proxy::socks5(plain.authority(), None);
    list("http://192.0.2.1/v1")
        .arg("--insecure-http")
        .env("HTTP_PROXY", format!("socks5://{}", socks.authority()))
        .run()
        .exits(0);
    assert_eq!(socks.asked(), ["192.0.2.1:80"]);
}

#[test]
fn no_proxy_and_this_machine_are_reached_directly() {
    let server = StubServer::start(|_| page(""));
    let proxy = Proxy::http(server.authority(), None);
    let proxy_url = format!("http://{}", proxy.authority());
    list(&server.base_url())
        .env("ALL_PROXY", &proxy_url)
        .run()
        .exits(0);
    assert_eq!(server.requests().len(), 1);
    for without in [".example", HOST, "*"] {
        list("http://vendor.example:9/v1")
            .arg("--insecure-http")
            .env("ALL_PROXY", &proxy_url)
            .env("NO_PROXY", without)
            .run()
            .exits(1);
    }
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[test]
fn an_own_authority_is_trusted_where_somebody_says_so() {
    let (server, folder, ca) = secure(&["127.0.0.1"]);
    let base_url = format!("https://{}/v1", server.authority());
    list(&base_url)
        .run()
        .exits(1)
        .says("certificate is not trusted");
    list(&base_url).env("SSL_CERT_FILE", &ca).run().exits(0);
    let config = |ca: &str| {
        format!(
            "[profile.work]\nprovider = 'applivery'\norg = 'org-one'\nbase_url = '{base_url}'\ntoken_env = 'T'\nca_file = '{ca}'\n"
        )
    };
    let with = |ca: &str| {
        countermand(["list", "dev1", "--profile", "work"])
            .config(&config(ca))
            .env("T", TOKEN)
    };
    with(&ca).run().exits(0);
    assert_eq!(server.requests().len(), 2);
    with("no-such-file")
        .run()
        .exits(2)
        .says("ca_file of profile \"work\"")
        .says("no-such-file");
    let none = folder.path().join("none.pem");
    fs::write(&none, "nothing\n").unwrap();
    with(&text(&none)).run().exits(2).says("BEGIN CERTIFICATE");
    // It is the profile's: another host must not profit from it.
    let other = StubServer::start_tls(Authority::new().tls_for(&["127.0.0.1"]), |_| page(""));
    with(&ca)
        .args(["--base-url", &format!("https://{}/v1", other.authority())])
        .env("COUNTERMAND_TOKEN", TOKEN)
        .run()
        .exits(1)
        .says("certificate is not trusted");
    assert_eq!(server.requests().len(), 2);
}

const HEADER: &str = "g4teway-key-that-nobody-sees";

fn has_header(headers: &str) -> bool {
    headers
        .lines()
        .any(|line| line.eq_ignore_ascii_case(&format!("x-gateway-key: {HEADER}")))
}

#[test]
fn a_header_for_a_gateway_goes_with_every_request_to_the_profiles_host_and_is_shown_nowhere() {
    let server = StubServer::start(|asked| {
        if !has_header(&asked.headers) {
            return Reply::Json(403, r#"{"message":"no gateway key"}"#.to_owned());
        }
        let body =
            format!(r#"{{"status":false,"error":{{"code":"4001","message":"not for {HEADER}"}}}}"#);
        Reply::Json(404, body)
    });
    let config = format!(
        "[profile.work]\nprovider = 'applivery'\norg = 'org-one'\nbase_url = '{}'\ntoken_env = 'T'\n\
         header.\"X-Gateway-Key\" = {{ env = 'GATEWAY' }}\n",
        server.base_url()
    );
    let run = |arguments: &[&str]| {
        countermand(arguments)
            .args(["--profile", "work"])
            .config(&config)
            .env("T", TOKEN)
            .env("GATEWAY", HEADER)
            .env("RUST_LOG", "trace")
    };
    let id = "507f1f77bcf86cd799439011";
    for arguments in [
        &["list", "dev1"][..],
        &["devices"],
        &["show", "dev1", id],
        &[
            "cancel",
            "dev1",
            "--command",
            id,
            "--yes",
            "--verify-for",
            "0s",
        ],
    ] {
        let ended = run(arguments).run().hides(&[HEADER, TOKEN]);
        assert_ne!(ended.status, Some(2), "{ended:?}");
    }
    let asked = server.requests();
    assert!(
        asked.len() >= 4 && asked.iter().all(|one| has_header(&one.headers)),
        "{asked:?}"
    );
    run(&["list", "dev1"]).run().exits(1).says("[redacted]");
    run(&["list", "dev1"])
        .env("GATEWAY", "")
        .run()
        .exits(2)
        .says("header x-gateway-key of profile \"work\"")
        .says("GATEWAY");
    run(&["list", "dev1"])
        .env("GATEWAY", format!(" {HEADER}\u{e9}"))
        .run()
        .exits(2)
        .says("x-gateway-key")
        .hides(&[HEADER]);
    let other = StubServer::start(|_| page(""));
    run(&["list", "dev1"])
        .args(["--base-url", &other.base_url()])
        .env("COUNTERMAND_TOKEN", TOKEN)
        .run()
        .exits(0)
        .says("the headers of profile \"work\" are not sent")
        .hides(&[HEADER]);
    assert!(
        !other.requests()[0]
            .headers
            .to_lowercase()
            .contains("x-gateway-key")
    );
}

/// A gateway before the simulator: without its key, nobody comes through.
#[test]
fn a_whole_run_behind_a_gateway_keeps_the_header_out_of_its_journal() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("enos", 3);
    simulator.waiting(&device, 2);
    let behind = simulator.authority();
    let gateway = StubServer::start(move |asked| {
        if !has_header(&asked.headers) {
            return Reply::Json(403, json!({"message": "no gateway key"}).to_string());
        }
        let passed: String = asked
            .headers
            .lines()
            .filter(|line| {
                let name = line.split(':').next().unwrap_or_default().to_lowercase();
                !matches!(
                    name.as_str(),
                    "host" | "content-length" | "connection" | "content-type" | "accept-encoding"
                )
            })
            .map(|line| format!("{line}\r\n"))
            .collect();
        let answer =
            crate::http::send_with(&behind, &asked.method, &asked.target, &passed, &asked.body);
        Reply::Json(answer.status, answer.body)
    });
    let journal = folder.path().join("journal");
    let config = format!(
        "[profile.work]\nprovider = 'enos'\norg = '{}'\nbase_url = '{}'\napp_key_env = 'K'\napp_secret_env = 'S'\n\
         header.X-Gateway-Key = {{ file = 'gateway-key' }}\n",
        simulator.text("enos", "org"),
        gateway.origin(),
    );
    let run = countermand([
        "cancel",
        &device,
        "--all-pending",
        "--yes",
        "--profile",
        "work",
    ])
    .args(["--journal", &text(&journal)])
    .config(&config)
    .env("K", simulator.text("enos", "app_key"))
    .env("S", simulator.text("enos", "app_secret"));
    fs::write(
        run.config_folder().join("gateway-key"),
        format!("{HEADER}\n"),
    )
    .unwrap();
    run.run().exits(0).hides(&[HEADER]);
    assert!(!fs::read_to_string(&journal).unwrap().contains(HEADER));
}
