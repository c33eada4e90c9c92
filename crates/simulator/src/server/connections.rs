//! Accepts connections and serves HTTP/1.1 on each.
//!
//! axum's own server always sends an answer; here a connection can be closed without one, which is how a client
//! sees a lost answer.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::server::entry::{self, CloseWithoutAnswer};
use crate::world::World;

#[derive(Debug, thiserror::Error)]
#[error("closed without an answer, as a fault asks")]
struct Closed;

/// Serves until `stop` says so; open connections are then cut.
pub(crate) async fn serve(
    listener: TcpListener,
    world: Arc<World>,
    control: bool,
    mut stop: watch::Receiver<bool>,
) {
    let providers = Arc::clone(&world);
    let mut router =
        Router::new().fallback(move |request| entry::answer(Arc::clone(&providers), request));
    if control {
        router = router.nest("/_sim", crate::control::router(world));
    }
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // Stopped, or the sender is gone.
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                // Out of file descriptors, mostly: others have to end first.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, router: Router) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let answered: Result<Response<Body>, Infallible> =
                router.oneshot(request.map(Body::new)).await;
            let Ok(response) = answered;
            if response.extensions().get::<CloseWithoutAnswer>().is_some() {
                return Err(Closed);
            }
            Ok(response)
        }
    });
    // A client that disconnects, and a fault that cuts the connection, end here.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
