//! Rejects request lines with a `#`. The HTTP parser would cut off what follows it, before anything here could see it:
//! `...assetId=A#&commandId=7` would mean everything that waits.
//!
//! So the bytes are inspected as they are read. Where a line looks like a request line with a `#` in its target, its
//! line end is removed, and the parser refuses the result. The filter does not track where requests begin and end in
//! the stream, so no request can hide from it.

use std::{
    future::Future,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Filters each connection of an acceptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RejectFragments<A>(pub(crate) A);

impl<A, I, S> Accept<I, S> for RejectFragments<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = FragmentFilter<A::Stream>;
    type Service = A::Service;
    type Future =
        Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send + 'static>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepting = self.0.accept(stream, service);
        Box::pin(async move {
            let (inner, service) = accepting.await?;
            let lines = Lines::default();
            Ok((FragmentFilter { inner, lines }, service))
        })
    }
}

/// A stream whose request lines are inspected.
pub(crate) struct FragmentFilter<I> {
    inner: I,
    lines: Lines,
}

/// The state within a line.
#[derive(Debug, Default)]
struct Lines {
    /// The first bytes of the word that is being read.
    word: Vec<u8>,
    /// Whether the word, and the one before it, has a `#`.
    has_fragment: bool,
    had_fragment: bool,
    /// The connection speaks HTTP/2, which has no lines.
    is_over: bool,
}

/// How much of a word is kept: no version is longer.
const MOST: usize = 10;

impl Lines {
    /// Inspects bytes, and removes the end of each line that is rejected.
    fn look(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.is_over {
                return;
            }
            match *byte {
                b'\n' => {
                    if self.is_version(b"HTTP/1.") && self.had_fragment {
                        *byte = 0;
                    }
                    self.is_over = self.is_version(b"HTTP/2.");
                    self.word.clear();
                    (self.has_fragment, self.had_fragment) = (false, false);
                }
                b' ' => {
                    self.word.clear();
                    self.had_fragment = std::mem::take(&mut self.has_fragment);
                }
                other => {
                    self.has_fragment |= other == b'#';
                    if self.word.len() < MOST {
                        self.word.push(other);
                    }
                }
            }
        }
    }

    fn is_version(&self, begins: &[u8]) -> bool {
        let word = self.word.strip_suffix(b"\r").unwrap_or(&self.word);
        let minor = word.strip_prefix(begins);
        minor.is_some_and(|minor| matches!(minor, [digit] if digit.is_ascii_digit()))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for FragmentFilter<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if let Some(came) = buffer.filled_mut().get_mut(before..) {
            self.lines.look(came);
        }
        read
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for FragmentFilter<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(text: &str, chunk: usize) -> Vec<u8> {
        let mut lines = Lines::default();
        let mut bytes = text.as_bytes().to_vec();
        for chunk in bytes.chunks_mut(chunk) {
            lines.look(chunk);
        }
        bytes
    }

    fn is_refused(text: &str) -> bool {
        let seen: Vec<bool> = (1..20)
            .map(|chunk| seen(text, chunk) != text.as_bytes())
            .collect();
        assert!(seen.iter().all(|one| *one == seen[0]), "{text}");
        seen[0]
    }

    #[test]
    fn a_hash_in_a_target_and_nowhere_else() {
        for text in [
            "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /a?b=c#&d=7 HTTP/1.0\n\n",
            "GET # HTTP/1.1\r\n",
            "\r\nGET /#\u{e9} HTTP/1.1\r\n",
            // Behind a body that ends in no line end.
            "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET /a#b HTTP/1.1\r\n",
        ] {
            assert!(is_refused(text), "{text}");
        }
        for text in [
            "GET /a HTTP/1.1\r\nReferer: /a#b\r\nX: #\r\n\r\n#\n",
            "POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"#\":\"# \"}",
            "GET /a%23b HTTP/1.1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\na#b HTTP/1.1\r\n",
        ] {
            assert!(!is_refused(text), "{text}");
        }
    }

    proptest! {
        /// However a request line with a `#` in its target is cut into reads, and whatever came before it on
        /// the connection: it does not arrive as one.
        #[test]
        fn no_request_line_with_a_hash_arrives(
            before in "([A-Za-z]{1,5}: [ -~]{0,20}\r\n)?(\\{[ -~]{0,10}\\})?",
            target in "/[!-~]{0,12}#[!-~]{0,12}",
            chunk in 1usize..40,
        ) {
            let text = format!("{before}GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
            let seen = seen(&text, chunk);
            let line = format!("GET {target} HTTP/1.1\r\n");
            let line = line.as_bytes();
            prop_assert!(!seen.windows(line.len()).any(|part| part == line));
        }
    }
}
