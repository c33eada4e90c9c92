//! What the console's page is held to, from whatever host it is served.
//!
//! One source for the server of `countermand serve` and for the header files that `cargo xtask dist` writes
//! for other hosts: the policy of the page and of its worker ([`content_security`]), the headers of every
//! answer ([`headers`]), for how long a file may be kept ([`caching`]), what it is ([`media_type`]).
//! No I/O.

pub mod caching;
pub mod content_security;
pub mod headers;
pub mod media_type;
mod origin;

pub use origin::{InvalidOrigin, Origin};

/// The page.
pub const INDEX: &str = "index.html";

/// The page's worker, which keeps the page's own files.
pub const WORKER: &str = "sw.js";

/// Where the page finds the connections that its host offers.
pub const CONNECTIONS: &str = "connections.json";

/// The list of the page's files with the SHA-256 of each.
pub const MANIFEST: &str = "manifest.json";

/// The compressed forms that may lie beside a file, the smallest first: encoding and ending.
pub const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];
