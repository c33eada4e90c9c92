use countermand_transport::{ReqwestOptions, Transport, TransportErrorKind};

use super::Backend;
use crate::server::{Server, header, ok};

#[tokio::test]
async fn status_headers_and_body_are_taken_over() {
    let server = Server::answering(
        "HTTP/1.1 429 Slow Down\r\nretry-after: 7\r\nx-two: a\r\nx-two: b\r\ncontent-length: 4\r\n\r\nslow",
    )
    .await;
    let transport = Backend::new().unwrap();
    let response = transport.send(server.get("/x%20y?a=%25&b")).await.unwrap();
    assert_eq!(response.status().as_u16(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.headers().get_all("x-two").iter().count(), 2);
    assert_eq!(&response.body()[..], b"slow");
    assert!(server.heard()[0].starts_with("GET /x%20y?a=%25&b HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_request_says_who_sends_it_and_what_it_carries() {
    let server = Server::answering(ok("")).await;
    let transport = Backend::new().unwrap();
    transport.send(server.post("/", "{\"a\":1}")).await.unwrap();
    transport.send(server.post("/", "")).await.unwrap();
    let heard = server.heard();
    assert_eq!(
        header(&heard[0], "user-agent"),
        Some(concat!("countermand/", env!("CARGO_PKG_VERSION")))
    );
    assert!(heard[0].ends_with("\r\n\r\n{\"a\":1}"));
    assert_eq!(header(&heard[0], "content-length"), Some("7"));
    // Some servers refuse a POST that says nothing of its length.
    assert_eq!(header(&heard[1], "content-length"), Some("0"));
}

#[tokio::test]
async fn the_user_agent_can_be_set() {
    let server = Server::answering(ok("")).await;
    let mut options = ReqwestOptions::default();
    options.user_agent = "other/1".to_owned();
    let transport = Backend::with_options(&options).unwrap();
    transport.send(server.get("/")).await.unwrap();
    assert_eq!(header(&server.heard()[0], "user-agent"), Some("other/1"));
    options.user_agent = "two\nlines".to_owned();
    let error = Backend::with_options(&options).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::answering(format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"
        ))
        .await;
        let transport = Backend::new().unwrap();
        let response = transport.send(server.post("/", "{}")).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["location"], "/elsewhere");
        assert_eq!(server.heard().len(), 1);
    }
}

#[tokio::test]
async fn a_cookie_is_not_kept() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\nset-cookie: session=1; Path=/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let transport = Backend::new().unwrap();
    transport.send(server.get("/")).await.unwrap();
    transport.send(server.get("/")).await.unwrap();
    assert_eq!(header(&server.heard()[1], "cookie"), None);
}
