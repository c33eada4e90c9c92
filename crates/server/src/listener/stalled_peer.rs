//! Closes connections whose peer stalls: it does not read what is written, reads too slowly, or does not take a
//! response.

use std::{
    future::{Future, Ready, ready},
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::response_progress::{ProgressService, UnderWay};

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How long a write may wait.
    write: Duration,
    /// How many bytes it has to take within `write`, where it takes only parts of what is written.
    least: usize,
    /// How long it may take for the next piece of a response.
    piece: Duration,
    /// How long it may be idle.
    idle: Duration,
}

const LIMITS: Limits = Limits {
    write: Duration::from_secs(20),
    least: 4 << 10,
    piece: Duration::from_secs(60),
    idle: Duration::from_secs(300),
};

/// Closes each connection whose peer stalls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutStalled(Limits);

impl Default for CutStalled {
    fn default() -> Self {
        Self(LIMITS)
    }
}

impl<I: Discard, S> Accept<I, S> for CutStalled {
    type Stream = StallGuard<I>;
    type Service = ProgressService<S>;
    type Future = Ready<io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let stream = StallGuard::new(stream, self.0);
        let service = ProgressService::new(service, Arc::clone(&stream.under_way));
        ready(Ok((stream, service)))
    }
}

/// A stream that fails where the peer stalls.
pub(crate) struct StallGuard<I> {
    inner: I,
    limits: Limits,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Since when the peer takes only parts, and how many bytes it took.
    behind: Option<(Instant, usize)>,
    under_way: Arc<UnderWay>,
    /// When progress is checked next.
    look: Pin<Box<Sleep>>,
}

/// A stream that can drop what the peer did not read.
pub(crate) trait Discard {
    /// Drops unread data when the stream is closed. Otherwise the system would keep it for minutes.
    fn discard(&self);
}

impl Discard for TcpStream {
    fn discard(&self) {
        // Where the system does not let it, it keeps what it has, and gives up later.
        let _ = self.set_zero_linger();
    }
}

impl<I: Discard> StallGuard<I> {
    fn new(inner: I, limits: Limits) -> Self {
        Self {
            inner,
            limits,
            waiting: None,
            behind: None,
            under_way: UnderWay::new(),
            look: Box::pin(sleep(limits.piece / 4)),
        }
    }

    fn cut<T>(&self) -> Poll<io::Result<T>> {
        self.inner.discard();
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// Limits how long a write waits.
    fn watched<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let longest = self.limits.write;
        self.behind.get_or_insert_with(|| (Instant::now(), 0));
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(longest)));
        match waiting.as_mut().poll(context) {
            Poll::Ready(()) => self.cut(),
            Poll::Pending => Poll::Pending,
        }
    }

    /// As [`Self::watched`], for `given` bytes; limits how slowly they are taken in parts.
    fn counted(
        &mut self,
        context: &mut Context<'_>,
        given: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(taken)) if taken < given => {
                let (since, sum) = self.behind.get_or_insert_with(|| (Instant::now(), 0));
                *sum = sum.saturating_add(taken);
                if since.elapsed() >= self.limits.write {
                    if *sum < self.limits.least {
                        return self.cut();
                    }
                    self.behind = Some((Instant::now(), 0));
                }
            }
            Poll::Ready(_) => self.behind = None,
            Poll::Pending => {}
        }
        self.watched(context, written)
    }
}

impl<I: AsyncRead + Discard + Unpin> AsyncRead for StallGuard<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Whoever serves a connection always reads as well, to see its end.
        while self.look.as_mut().poll(context).is_ready() {
            let Limits { piece, idle, .. } = self.limits;
            if self.under_way.is_stuck(piece, idle) {
                return self.cut();
            }
            self.look = Box::pin(sleep(piece / 4));
        }
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Discard + Unpin> AsyncWrite for StallGuard<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.counted(context, bytes.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let given = bytes.iter().map(|part| part.len()).sum();
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, bytes);
        self.counted(context, given, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        self.watched(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.inner).poll_shutdown(context);
        self.watched(context, shut)
    }
}

#[cfg(test)]
mod tests;
