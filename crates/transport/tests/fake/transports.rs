//! Transports with a habit, around the fake one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use countermand_transport::{
    Attempts, Transport, TransportError,
    fake::{FakeTimer, FakeTransport},
};
use http::{Request, Response};

/// Takes its time over every request.
pub(crate) struct Slow {
    pub(crate) inner: FakeTransport,
    pub(crate) timer: FakeTimer,
    pub(crate) takes: Duration,
}

impl Transport for Slow {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.timer.advance(self.takes);
        self.inner.send(request).await
    }
}

/// Sends every request this often, as a layer further in may.
pub(crate) struct Repeating {
    pub(crate) inner: FakeTransport,
    pub(crate) times: u32,
}

impl Transport for Repeating {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.inner.send(request).await {
            Ok(mut response) => {
                response.extensions_mut().insert(Attempts(self.times));
                Ok(response)
            }
            Err(error) => Err(error.with_attempts(self.times)),
        }
    }
}

/// Never answers, and counts how many of its futures are alive.
#[derive(Clone, Default)]
pub(crate) struct Silent(Arc<AtomicUsize>);

impl Silent {
    pub(crate) fn alive(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Transport for Silent {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        struct Alive<'a>(&'a AtomicUsize);
        impl Drop for Alive<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.0.fetch_add(1, Ordering::SeqCst);
        let _alive = Alive(&self.0);
        std::future::pending().await
    }
}
