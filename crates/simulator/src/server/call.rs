//! A request to a provider while it is answered.

use std::ops::Range;

use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::server::request::Request;
use crate::world::World;

#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) request: &'a Request,
    pub(crate) target: &'a Target,
    pub(crate) fault: Option<&'a FaultKind>,
}

impl<'a> Call<'a> {
    /// Returns whether the request meets this fault.
    pub(crate) fn meets(&self, fault: &FaultKind) -> bool {
        self.fault == Some(fault)
    }

    /// The range of a page of `size` items among `total`.
    pub(crate) fn page_range(&self, page: usize, size: usize, total: usize) -> Range<usize> {
        let page = match self.fault {
            Some(FaultKind::PageRepeated) => 1,
            _ => page,
        };
        let start = (page - 1).saturating_mul(size).min(total);
        start..start.saturating_add(size).min(total)
    }

    /// A query parameter: see [`Request::parameter`].
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.request.parameter(name)
    }
}
