//! A file in the form that was chosen for a request.

use bytes::Bytes;

/// A file in the form that was chosen for a request.
#[derive(Debug)]
pub(crate) struct File {
    /// Its name, without folders.
    pub(crate) name: String,
    /// Its content, compressed or not.
    pub(crate) content: Bytes,
    /// How it is compressed.
    pub(crate) encoding: Option<&'static str>,
    /// Whether other requests may get another form.
    pub(crate) varies: bool,
}
