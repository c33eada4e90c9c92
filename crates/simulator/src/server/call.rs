//! A request to a provider while it is answered.

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

    /// A query parameter: see [`Request::parameter`].
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.request.parameter(name)
    }
}
