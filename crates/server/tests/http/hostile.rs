//! What must never leave the machine, or reach another path: each of these ends here.

use countermand_server::ConnectionConfig;

use crate::{
    house::{ALICE, House, ORG, applivery, house},
    witness::{Witness, answer},
};

const DEVICES: &str = "/relay/fleet/organizations/acme-mobile/mdm/android/enterprise/devices";
const ID: &str = "6b02fc79e60f56be35000085";

/// A relay in front of a server that writes down whatever reaches it.
async fn watched() -> (House, Witness) {
    let body = r#"{"status":true,"data":{"items":[]}}"#;
    let witness = Witness::saying(answer("200 OK", "content-type: application/json\r\n", body));
    let connections: Vec<ConnectionConfig> =
        vec![applivery("fleet", &format!("http://{}/v1", witness.addr))];
    (house(connections).await, witness)
}

fn good() -> String {
    format!("{DEVICES}?page=1&limit=100&sort=createdAt%3Adesc")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_meant_reaches_the_vendor_and_as_the_relay_writes_it() {
    let (house, witness) = watched().await;
    let asked = house.ask_as(ALICE, "GET", &good(), "").await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let seen = witness.seen();
    let line = format!(
        "GET /v1/organizations/{ORG}/mdm/android/enterprise/devices?page=1&limit=100&sort=createdAt%3Adesc HTTP/1.1\r\n"
    );
    assert!(seen[0].starts_with(&line), "{seen:?}");
    for header in [
        "cookie",
        "origin",
        "sec-fetch",
        "x-forwarded",
        "alice",
        "referer",
    ] {
        assert!(
            !seen[0].to_ascii_lowercase().contains(header),
            "{header}: {seen:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_connections_and_paths() {
    let (house, witness) = watched().await;
    for target in [
        "/relay",
        "/relay/",
        "/relay/fleet",
        "/relay/fleet/",
        "/relay/other/organizations/acme-mobile",
        "/relay/FLEET/organizations/acme-mobile",
        "/relay/fleet/organizations/other-org",
        "/relay/fleet/organizations",
        "/relay/fleet/organizations/acme-mobile/users",
        "/relay/fleet/v1/organizations/acme-mobile",
        "/relay/fleet/connect-service/v2.1/devices?action=search&orgId=acme-mobile",
        "/relay//fleet/organizations/acme-mobile",
        "/relay/fleet//organizations/acme-mobile",
        "/relay/fleet/organizations/acme-mobile/",
        "/relay/fleet/organizations/acme-mobile?token=1",
    ] {
        let asked = house.ask_as(ALICE, "GET", target, "").await;
        assert!(matches!(asked.status, 400 | 404), "{target}: {asked:?}");
    }
    assert_eq!(witness.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods() {
    let (house, witness) = watched().await;
    let cancel = format!("{DEVICES}/A1/commands/{ID}/cancel");
    for method in [
        "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "get",
    ] {
        for target in [&good(), &cancel] {
            let asked = house.ask_as(ALICE, method, target, "").await;
            assert!(
                matches!(asked.status, 400 | 404 | 405),
                "{method} {target}: {asked:?}"
            );
        }
    }
    assert_eq!(house.ask_as(ALICE, "POST", &good(), "").await.status, 405);
    assert_eq!(house.ask_as(ALICE, "GET", &cancel, "").await.status, 405);
    assert_eq!(witness.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn dots_and_encoded_slashes() {
    let (house, witness) = watched().await;
    for target in [
        "/relay/fleet/../../v1/organizations/acme-mobile",
        "/relay/fleet/organizations/acme-mobile/../other",
        "/relay/fleet/organizations/acme-mobile/%2e%2e/other",
        "/relay/fleet/organizations/acme-mobile/.%2E/other",
        "/relay/fleet/organizations/acme-mobile/%252e%252e/other",
        "/relay/fleet/organizations/acme-mobile%2f..%2fother",
        "/relay/fleet/organizations%2Facme-mobile",
        "/relay/fleet/organizations/acme-mobile%5c..%5cother",
        "/relay/fleet/organizations/acme-mobile/mdm/android/enterprise/devices/..%2f..%2fx/commands?page=1&limit=1&sort=createdAt:desc",
        "/relay/fleet/organizations/acme-mobile/mdm/android/enterprise/devices/A%001/commands?page=1&limit=1&sort=createdAt:desc",
        "/relay/fleet%2forganizations/acme-mobile",
        "/relay/%66leet/../fleet/organizations/acme-mobile",
        "/../relay/fleet/organizations/acme-mobile",
        "\\relay\\fleet\\organizations\\acme-mobile",
    ] {
        let asked = house.ask_as(ALICE, "GET", target, "").await;
        assert!(matches!(asked.status, 400 | 404), "{target}: {asked:?}");
    }
    assert_eq!(witness.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn absolute_and_authority_forms_and_userinfo() {
    let (house, witness) = watched().await;
    let (addr, other) = (house.server.addr(), witness.addr);
    for target in [
        format!("http://{other}/v1/organizations/acme-mobile"),
        format!("http://{addr}{}", good()),
        format!("http://user:pass@{addr}{}", good()),
        format!("https://{other}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::1]/".to_owned(),
        "*".to_owned(),
        format!("{other}"),
        format!("//{other}/v1/organizations/acme-mobile"),
        format!("/relay/fleet@{other}/organizations/acme-mobile"),
    ] {
        for method in ["GET", "POST", "OPTIONS", "CONNECT"] {
            let asked = house.ask_as(ALICE, method, &target, "").await;
            assert!(
                matches!(asked.status, 400 | 404 | 405),
                "{method} {target}: {asked:?}"
            );
        }
    }
    assert_eq!(witness.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts() {
    let (house, witness) = watched().await;
    let own = house.own(ALICE);
    for host in [
        "Host: attacker.example\r\n",
        "Host: 169.254.169.254\r\n",
        "Host: user@localhost\r\n",
        "Host: localhost.attacker.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host:\r\n",
        "",
    ] {
        let request = format!(
            "GET {} HTTP/1.1\r\n{host}{own}Connection: close\r\n\r\n",
            good()
        );
        let asked = house.raw(request.into_bytes()).await.unwrap();
        assert!(matches!(asked.status, 400 | 421), "{host}: {asked:?}");
    }
    assert_eq!(witness.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_origins_and_cross_site_posts() {
    let (house, witness) = watched().await;
    let origin = house.server.origin().to_owned();
    let token = format!("Authorization: Bearer {ALICE}\r\n");
    let cancel = format!("{DEVICES}/A1/commands/{ID}/cancel");
    for headers in [
        "Origin: https://attacker.example\r\n".to_owned(),
        "Origin: null\r\n".to_owned(),
        format!("Origin: {}\r\n", origin.replace("http:", "https:")),
        format!("Origin: {origin}0\r\n"),
        format!("Origin: {origin}\r\nOrigin: https://attacker.example\r\n"),
        format!("Origin: {origin}\r\nSec-Fetch-Site: cross-site\r\n"),
        "Sec-Fetch-Site: cross-site\r\n".to_owned(),
        "Sec-Fetch-Site: same-site\r\n".to_owned(),
    ] {
        for (method, target) in [("GET", good()), ("POST", cancel.clone())] {
            let asked = house
                .ask(method, &target, &format!("{headers}{token}"), "")
                .await;
            assert_eq!(asked.status, 403, "{method} {headers}: {asked:?}");
            assert_eq!(asked.header("access-control-allow-origin"), None);
        }
    }
    // A form of another site sends neither of the two in an old browser: what changes something has to say.
    let plain = house.ask("POST", &cancel, &token, "").await;
    assert_eq!(plain.status, 403, "{plain:?}");
    let preflight = house
        .ask(
            "OPTIONS",
            &cancel,
            "Origin: https://attacker.example\r\nAccess-Control-Request-Method: POST\r\n",
            "",
        )
        .await;
    assert!(preflight.status >= 400, "{preflight:?}");
    assert_eq!(preflight.header("access-control-allow-origin"), None);
    assert_eq!(witness.seen(), Vec::<String>::new());
    assert!(house.audited("sending").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn upgrades_and_header_injection() {
    let (house, witness) = watched().await;
    let own = house.own(ALICE);
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    let asked = house
        .ask("GET", &good(), &format!("{own}{upgrade}"), "")
        .await;
    assert_eq!(asked.status, 400, "{asked:?}");
    let h2c = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";
    assert_eq!(
        house
            .ask("GET", &good(), &format!("{own}{h2c}"), "")
            .await
            .status,
        400
    );
    for target in [
        "/relay/fleet/organizations/acme-mobile%0d%0aX-Injected:%201",
        "/relay/fleet/organizations/acme-mobile?page=1%0d%0aX-Injected:%201&limit=1&sort=createdAt:desc",
        "/relay/fleet/organizations/acme-mobile HTTP/1.1\r\nX-Injected: 1\r\n\r\nGET /relay/fleet",
    ] {
        let asked = house.ask_as(ALICE, "GET", target, "").await;
        assert!(
            !asked.head.to_ascii_lowercase().contains("x-injected"),
            "{asked:?}"
        );
    }
    // Two lengths, other codings, a folded header: whoever parses otherwise would see another request.
    let addr = house.server.addr();
    for smuggled in [
        "Content-Length: 0\r\nContent-Length: 44\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "X-A: b\r\n c: d\r\n",
        "X-A : b\r\n",
        "X-A: b\0c\r\n",
    ] {
        let cancel = format!("{DEVICES}/A1/commands/{ID}/cancel");
        let request = format!(
            "POST {cancel} HTTP/1.1\r\nHost: {addr}\r\n{own}{smuggled}Connection: close\r\n\r\n0\r\n\r\n"
        );
        if let Some(asked) = house.raw(request.into_bytes()).await {
            assert!(asked.status >= 400, "{smuggled}: {asked:?}");
        }
    }
    // What was refused was not sent; the two that are good requests of their own are no others.
    for seen in witness.seen() {
        assert!(
            seen.starts_with("GET /v1/organizations/acme-mobile HTTP/1.1\r\n"),
            "{seen}"
        );
        assert!(!seen.to_ascii_lowercase().contains("x-injected"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes() {
    let (house, witness) = watched().await;
    let cancel = format!("{DEVICES}/A1/commands/{ID}/cancel");
    let body = "x".repeat(10 << 20);
    let (addr, own) = (house.server.addr(), house.own(ALICE));
    let with_length = format!(
        "POST {cancel} HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let chunked = format!(
        "POST {cancel} HTTP/1.1\r\nHost: {addr}\r\n{own}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let header = format!(
        "GET {} HTTP/1.1\r\nHost: {addr}\r\n{own}X-Large: {body}\r\n\r\n",
        good()
    );
    for request in [with_length, chunked, header] {
        // A server that closes while it is still being sent to may take its answer with it.
        if let Some(asked) = house.raw(request.into_bytes()).await {
            assert!(matches!(asked.status, 400 | 413 | 431), "{asked:?}");
        }
    }
    assert_eq!(witness.seen(), Vec::<String>::new());
    assert_eq!(house.ask_as(ALICE, "GET", &good(), "").await.status, 200);
}
