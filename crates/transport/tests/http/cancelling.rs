use countermand_transport::Transport;
use tokio::sync::mpsc;

use super::Backend;
use crate::server::{Connection, Server, soon};

/// Sends `begun` of an answer, and tells when the request has come and when the client has gone.
async fn silent(begun: &'static str) -> (Server, mpsc::UnboundedReceiver<&'static str>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = Server::start(move |mut connection: Connection| {
        let tell = tell.clone();
        async move {
            connection.request().await;
            connection.send(begun).await;
            tell.send("asked").unwrap();
            connection.closed().await;
            tell.send("gone").unwrap();
        }
    })
    .await;
    (server, told)
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbegun"] {
        let (server, mut told) = silent(begun).await;
        let transport = Backend::new().unwrap();
        let request = server.post("/", "{}");
        let call = tokio::spawn({
            let transport = transport.clone();
            async move { transport.send(request).await }
        });
        assert_eq!(soon(told.recv()).await, Some("asked"));
        assert!(told.try_recv().is_err(), "it is still there");
        call.abort();
        assert_eq!(soon(told.recv()).await, Some("gone"), "{begun:?}");
        // The transport itself is alive all the time.
        drop(transport);
    }
}
