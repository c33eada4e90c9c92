//! The extensions of requests and responses: they are never on the wire.

/// Whether a request can be sent again without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestClass {
    /// It changes nothing: sent again whenever that may help.
    Read,
    /// It cancels: sent again only when it surely was not executed. The default.
    Cancel,
}

impl RequestClass {
    /// The class of a request.
    pub fn of<B>(request: &http::Request<B>) -> Self {
        let class = request.extensions().get().copied();
        class.unwrap_or(Self::Cancel)
    }
}

/// The endpoint of a request. All of it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The operation's name in logs and tests: `applivery.cancel`.
    pub operation: &'static str,
    /// The method.
    pub method: &'static str,
    /// The path with its parameters unfilled.
    pub template: &'static str,
}

/// How many requests were sent for one answer. In a response's extensions; the default is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts(pub u32);

impl Attempts {
    /// The attempts of a response.
    pub fn of<B>(response: &http::Response<B>) -> u32 {
        response
            .extensions()
            .get::<Self>()
            .map_or(1, |attempts| attempts.0)
    }
}

/// In a response's extensions: the request itself was held back, and this is the answer to a request that had to
/// precede it. It was not executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldBack;

impl HeldBack {
    /// Returns whether the request of this response was held back.
    pub fn is<B>(response: &http::Response<B>) -> bool {
        response.extensions().get::<Self>().is_some()
    }
}
