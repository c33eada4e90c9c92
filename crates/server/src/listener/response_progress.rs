//! How responses progress. In HTTP/2 a peer may read the connection and answer every ping, but open no window for a
//! stream. So it is measured when the pieces of each response's body are taken.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::{Buf, Bytes};
use http::Response;
use http_body::{Body, Frame, SizeHint};
use tower::Service;

use crate::lock::lock;

/// The size of a piece.
const PIECE: usize = 16 << 10;

/// The requests and responses in progress on a connection.
#[derive(Debug)]
pub(crate) struct UnderWay(Mutex<State>);

#[derive(Debug)]
struct State {
    /// When a piece of each response was taken last.
    answers: BTreeMap<u64, Instant>,
    /// How many requests have no response yet.
    asked: usize,
    next: u64,
    /// When the last of them ended.
    idle_since: Instant,
}

impl UnderWay {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            answers: BTreeMap::new(),
            asked: 0,
            next: 0,
            idle_since: Instant::now(),
        })))
    }

    /// Returns whether no piece of some response was taken for `piece`, or nothing was requested for `idle`.
    pub(super) fn is_stuck(&self, piece: Duration, idle: Duration) -> bool {
        let state = self.state();
        let is_idle = state.answers.is_empty() && state.asked == 0;
        match is_idle {
            true => state.idle_since.elapsed() >= idle,
            false => state.answers.values().any(|taken| taken.elapsed() >= piece),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// Counts a request that has no response yet.
struct Asked(Arc<UnderWay>);

impl Asked {
    fn of(under_way: &Arc<UnderWay>) -> Self {
        under_way.state().asked += 1;
        Self(Arc::clone(under_way))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.asked -= 1;
        state.idle_since = Instant::now();
    }
}

/// A service that counts its requests and responses.
#[derive(Clone, Debug)]
pub(crate) struct ProgressService<S> {
    inner: S,
    under_way: Arc<UnderWay>,
}

impl<S> ProgressService<S> {
    pub(super) fn new(inner: S, under_way: Arc<UnderWay>) -> Self {
        Self { inner, under_way }
    }
}

impl<S, R, B> Service<R> for ProgressService<S>
where
    S: Service<R, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = Response<PieceBody<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let asked = Asked::of(&self.under_way);
        let answering = self.inner.call(request);
        Box::pin(async move {
            let response = answering.await?;
            Ok(response.map(|body| PieceBody::of(body, &asked.0)))
        })
    }
}

/// A body that is handed out in pieces.
#[derive(Debug)]
pub(crate) struct PieceBody<B> {
    inner: Pin<Box<B>>,
    rest: Bytes,
    number: u64,
    under_way: Arc<UnderWay>,
}

impl<B> PieceBody<B> {
    fn of(inner: B, under_way: &Arc<UnderWay>) -> Self {
        let mut state = under_way.state();
        let number = state.next;
        state.next += 1;
        state.answers.insert(number, Instant::now());
        drop(state);
        Self {
            inner: Box::pin(inner),
            rest: Bytes::new(),
            number,
            under_way: Arc::clone(under_way),
        }
    }
}

impl<B: Body> Body for PieceBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        // Asking for a piece means that the one before was taken.
        let number = self.number;
        self.under_way
            .state()
            .answers
            .insert(number, Instant::now());
        if self.rest.is_empty() {
            match ready!(self.inner.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(mut data) => self.rest = data.copy_to_bytes(data.remaining()),
                    Err(other) => {
                        let trailers = other.into_trailers().unwrap_or_default();
                        return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                    }
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let piece = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(piece);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, inner) = (self.rest.len() as u64, self.inner.size_hint());
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper() {
            hint.set_upper(rest + upper);
        }
        hint.set_lower(rest + inner.lower());
        hint
    }
}

impl<B> Drop for PieceBody<B> {
    fn drop(&mut self) {
        let mut state = self.under_way.state();
        state.answers.remove(&self.number);
        state.idle_since = Instant::now();
    }
}
