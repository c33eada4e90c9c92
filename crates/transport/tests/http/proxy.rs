//! The system's proxy is read from the environment once per process: each case is a process of its own.

use std::process::Command;

use bytes::Bytes;
use countermand_transport::Transport;
use http::Request;

use super::Backend;
use crate::server::{Server, ok, soon};

const URL: &str = "COUNTERMAND_TEST_URL";

/// Sends one request to the URL in the environment, and prints the answer's body.
#[tokio::test]
#[ignore = "is started by the other tests of this file"]
async fn child() {
    let url = std::env::var(URL).unwrap();
    let request = Request::get(url).body(Bytes::new()).unwrap();
    let response = Backend::new().unwrap().send(request).await.unwrap();
    println!("answered: {}", String::from_utf8_lossy(response.body()));
}

/// The name of [`child`], without this program's.
fn child_test() -> String {
    let (_, module) = module_path!().split_once("::").unwrap();
    format!("{module}::child")
}

async fn answer_by_way_of(proxy: &Server, url: String) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", &child_test(), "--ignored", "--nocapture"])
        .env(URL, url)
        .env("http_proxy", proxy.url(""))
        .env_remove("REQUEST_METHOD")
        .env_remove("no_proxy")
        .env_remove("NO_PROXY");
    let output = soon(tokio::task::spawn_blocking(move || child.output())).await;
    String::from_utf8(output.unwrap().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn another_host_is_reached_through_the_proxy() {
    let proxy = Server::answering(ok("by proxy")).await;
    let output = answer_by_way_of(&proxy, "http://vendor.invalid/x".to_owned()).await;
    assert!(output.contains("answered: by proxy"), "{output}");
    assert!(proxy.heard()[0].starts_with("GET http://vendor.invalid/x HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_loopback_host_is_reached_directly() {
    let proxy = Server::answering(ok("by proxy")).await;
    let server = Server::answering(ok("directly")).await;
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/", server.address.port());
        let output = answer_by_way_of(&proxy, url).await;
        assert!(output.contains("answered: directly"), "{output}");
    }
    assert!(proxy.heard().is_empty());
}
