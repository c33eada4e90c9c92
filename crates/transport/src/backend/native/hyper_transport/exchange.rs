//! What comes of sending a request over a connection.

use bytes::Bytes;
use http::{Request, Response, response::Parts};
use http_body_util::Full;
use hyper::client::conn::TrySendError;

use crate::{TransportError, TransportErrorKind};

/// Why an exchange ended without an answer.
pub(super) enum Failure {
    /// The connection has closed, and surely did not take the request.
    HandedBack(Box<HandedBack>),
    Lost(TransportError),
}

pub(super) struct HandedBack {
    pub(super) request: Request<Full<Bytes>>,
    pub(super) error: hyper::Error,
}

impl Failure {
    pub(super) fn of(mut error: TrySendError<Request<Full<Bytes>>>) -> Self {
        match error.take_message() {
            Some(request) => Self::HandedBack(Box::new(HandedBack {
                request,
                error: error.into_error(),
            })),
            // It may have been read before the connection broke.
            None => Self::Lost(
                TransportError::new(TransportErrorKind::Interrupted)
                    .with_source(error.into_error()),
            ),
        }
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self::Lost(error)
    }
}

/// Returns a whole answer.
pub(super) fn whole(head: Parts, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = head.status;
    *response.version_mut() = head.version;
    *response.headers_mut() = head.headers;
    response
}
