//! What fires next.

pub(crate) mod figure;
pub(crate) mod next_list;
pub(crate) mod picture_view;
pub(crate) mod section;
