//! What runs next.

mod drawing;
mod keyboard;
pub(crate) mod section;
