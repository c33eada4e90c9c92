//! A body that is taken in as a whole, up to a limit, and unpacked.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_LENGTH},
};

use crate::{TransportError, TransportErrorKind};

/// What came of a body so far.
pub(super) struct WholeBody {
    limit: usize,
    content: Content,
}

enum Content {
    /// Nothing, or one piece, which is not copied.
    One(Bytes),
    Pieces(BytesMut),
    Packed {
        decoder: Box<MultiGzDecoder<Bounded>>,
        has_begun: bool,
    },
}

impl WholeBody {
    /// Begins with the head of the answer. Where the body is packed, its headers say so no longer.
    pub(super) fn new(headers: &mut HeaderMap, limit: usize) -> Self {
        let is_packed = headers
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding.as_bytes() == b"gzip");
        let content = match is_packed {
            true => {
                headers.remove(CONTENT_ENCODING);
                headers.remove(CONTENT_LENGTH);
                Content::Packed {
                    decoder: Box::new(MultiGzDecoder::new(Bounded {
                        content: Vec::new(),
                        limit,
                        is_full: false,
                    })),
                    has_begun: false,
                }
            }
            false => Content::One(Bytes::new()),
        };
        Self { limit, content }
    }

    /// Takes in the next piece.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<(), TransportError> {
        let so_far = match &mut self.content {
            Content::One(first) => first.len(),
            Content::Pieces(pieces) => pieces.len(),
            Content::Packed { decoder, has_begun } => {
                *has_begun |= !piece.is_empty();
                let written = decoder.write_all(&piece);
                return written.map_err(|error| not_unpacked(decoder.get_ref().is_full, error));
            }
        };
        if piece.len() > self.limit - so_far {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        match &mut self.content {
            Content::One(first) if first.is_empty() => *first = piece,
            Content::One(first) => {
                let mut pieces = BytesMut::with_capacity(2 * (first.len() + piece.len()));
                pieces.extend_from_slice(first);
                pieces.extend_from_slice(&piece);
                self.content = Content::Pieces(pieces);
            }
            Content::Pieces(pieces) => pieces.extend_from_slice(&piece),
            Content::Packed { .. } => {}
        }
        Ok(())
    }

    /// Returns the body, of which there is no more.
    pub(super) fn finish(self) -> Result<Bytes, TransportError> {
        match self.content {
            Content::One(first) => Ok(first),
            Content::Pieces(pieces) => Ok(pieces.freeze()),
            // An answer without a body may say how it would be packed.
            Content::Packed {
                has_begun: false, ..
            } => Ok(Bytes::new()),
            Content::Packed { mut decoder, .. } => {
                let ended = decoder.try_finish();
                let bounded = decoder.get_mut();
                match ended {
                    Ok(()) => Ok(std::mem::take(&mut bounded.content).into()),
                    Err(error) => Err(not_unpacked(bounded.is_full, error)),
                }
            }
        }
    }
}

fn not_unpacked(is_full: bool, error: io::Error) -> TransportError {
    match is_full {
        true => TransportError::new(TransportErrorKind::TooLarge),
        false => TransportError::new(TransportErrorKind::Truncated).with_source(error),
    }
}

/// Takes what is unpacked, up to a limit: a little that is packed may be very much.
struct Bounded {
    content: Vec<u8>,
    limit: usize,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit - self.content.len() {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.content.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
