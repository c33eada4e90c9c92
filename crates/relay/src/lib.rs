//! What serves the console on its own origin, and never lets a page see a vendor's credentials.
//!
//! Here already: [`console`], the server of the console's static files, with every header that the page
//! is held to. The relay itself, which holds the credentials of vendors that allow no other origin and
//! sends nothing but the endpoints in use to named upstreams, is not here yet: nothing in this crate
//! talks to a vendor.

pub mod console;
