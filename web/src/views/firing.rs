//! What fires next.

pub(crate) mod figure;
pub(crate) mod next_list;
pub(crate) mod section;
pub(crate) mod shown;
