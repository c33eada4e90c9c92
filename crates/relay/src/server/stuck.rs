//! Connections whose peer does not read: one on which nothing more can be written for a while is cut.

use std::{
    future::{Future, Ready, ready},
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// So long a write may wait for the peer to take something.
const LONGEST_WRITE: Duration = Duration::from_secs(20);

/// Makes each connection one that is cut when it is stuck.
#[derive(Clone, Copy, Debug)]
pub(super) struct CutStuck;

impl<I: Discard, S> Accept<I, S> for CutStuck {
    type Stream = CutWhenStuck<I>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        ready(Ok((CutWhenStuck::new(stream, LONGEST_WRITE), service)))
    }
}

/// A stream whose writes end with an error where the peer takes nothing for so long.
pub(super) struct CutWhenStuck<I> {
    inner: I,
    longest: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

/// A stream whose peer may be told that nothing more comes.
pub(super) trait Discard {
    /// What the peer did not take is forgotten when the stream is closed: otherwise the system would keep it for
    /// minutes.
    fn discard(&self);
}

impl Discard for TcpStream {
    fn discard(&self) {
        // Where the system does not let it, it keeps what it has, and gives up later.
        let _ = self.set_zero_linger();
    }
}

impl<I: Discard> CutWhenStuck<I> {
    fn new(inner: I, longest: Duration) -> Self {
        Self {
            inner,
            longest,
            waiting: None,
        }
    }

    /// What comes of a write: one that waits is waited for no longer than that.
    fn watched<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let longest = self.longest;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(longest)));
        match waiting.as_mut().poll(context) {
            Poll::Ready(()) => {
                self.inner.discard();
                Poll::Ready(Err(ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for CutWhenStuck<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Discard + Unpin> AsyncWrite for CutWhenStuck<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.watched(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, bytes);
        self.watched(context, written)
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
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const LONGEST: Duration = Duration::from_millis(200);

    impl Discard for tokio::io::DuplexStream {
        fn discard(&self) {}
    }

    #[tokio::test]
    async fn a_peer_that_reads_nothing_is_let_go() {
        let (ours, _theirs) = duplex(1_000);
        let mut stream = CutWhenStuck::new(ours, LONGEST);
        stream.write_all(&[0; 1_000]).await.unwrap();
        let stuck = stream.write_all(&[0; 1]).await.unwrap_err();
        assert_eq!(stuck.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn one_that_reads_slowly_is_not() {
        let (ours, mut theirs) = duplex(10);
        let mut stream = CutWhenStuck::new(ours, LONGEST);
        let reading = tokio::spawn(async move {
            let mut read = 0;
            let mut buffer = [0; 10];
            while read < 100 {
                tokio::time::sleep(LONGEST / 4).await;
                read += theirs.read(&mut buffer).await.unwrap();
            }
            read
        });
        // Longer in all than one write may wait.
        stream.write_all(&[0; 100]).await.unwrap();
        assert_eq!(reading.await.unwrap(), 100);
    }
}
