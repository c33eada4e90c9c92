//! HTTP headers and policies of the console's page, the same on every host.
//!
//! `countermand serve` sends them, and `cargo xtask dist` writes them into the configuration of other web servers:
//! the policies of the page and of its service worker ([`content_security`]), the headers of every response
//! ([`headers`]), cache lifetimes ([`caching`]) and media types ([`media_type`]). No I/O.

pub mod caching;
pub mod content_security;
pub mod headers;
pub mod media_type;
mod origin;

pub use origin::{InvalidOrigin, Origin};

/// The page.
pub const INDEX: &str = "index.html";

/// The service worker, which caches the page's own files.
pub const WORKER: &str = "sw.js";

/// The list of connections that the host offers.
pub const CONNECTIONS: &str = "connections.json";

/// The list of the page's files with their SHA-256 hashes.
pub const MANIFEST: &str = "manifest.json";

/// The compressed variants that may be stored beside a file, smallest first: content encoding and file extension.
pub const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];
