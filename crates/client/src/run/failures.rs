//! Failed cancels, which stop a run when there is no point in going on.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use countermand_core_model::{DeviceRef, Provider};
use countermand_transport::{ApiError, ApiErrorKind, CancelEffect};

use super::denials::Denials;
use crate::{RunOptions, StopReason, cancel::is_throttled};

/// Counts the cancels that failed in a row.
pub(super) struct Failures {
    most: u32,
    in_a_row: AtomicU32,
    denials: Mutex<Denials>,
}

impl Failures {
    /// `at_once` cancels are sent together and may fail together. More than those have to fail before the run stops.
    pub(super) fn new(options: &RunOptions, provider: Provider, at_once: usize) -> Self {
        let twice = u32::try_from(at_once.saturating_mul(2)).unwrap_or(u32::MAX);
        Self {
            most: options.most_failures_in_a_row.max(twice),
            in_a_row: AtomicU32::new(0),
            denials: Mutex::new(Denials::new(provider, at_once)),
        }
    }

    /// Takes note of a device that has targets, or may have once it is listed.
    pub(super) fn plan(&self, device: &DeviceRef) {
        self.denials(|denials| denials.plan(device));
    }

    /// Takes note of the result of a cancel. Returns why the run is to stop, if it is.
    pub(super) fn note<T>(
        &self,
        device: &DeviceRef,
        result: &Result<T, ApiError>,
    ) -> Option<StopReason> {
        let stop = match result {
            Err(error) if error.kind() == ApiErrorKind::Denied => {
                self.end();
                return self
                    .denials(|denials| denials.denied(device))
                    .then_some(StopReason::TooManyDenials);
            }
            Ok(_) => {
                self.end();
                None
            }
            Err(error) if error.refuses_connection() => Some(StopReason::ConnectionRefused),
            // Its result says nothing about what this key may do.
            Err(error) if error.is_stopped() => return None,
            // The provider works, and refuses this target.
            Err(error)
                if error.cancel_effect() == CancelEffect::Refused && !is_throttled(error) =>
            {
                self.end();
                None
            }
            Err(_) => {
                let failures = self.in_a_row.fetch_add(1, Ordering::SeqCst) + 1;
                return (failures >= self.most).then_some(StopReason::TooManyFailures);
            }
        };
        self.denials(Denials::end);
        stop
    }

    fn end(&self) {
        self.in_a_row.store(0, Ordering::SeqCst);
    }

    fn denials<T>(&self, change: impl FnOnce(&mut Denials) -> T) -> T {
        change(&mut self.denials.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
