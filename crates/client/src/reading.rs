//! Reads commands one by one, or by the device's list where that takes fewer requests.

use std::{collections::HashMap, sync::Arc};

use countermand_core_model::{Command, CommandId, DeviceRef, Timestamp};
use countermand_transport::{ApiError, ApiErrorKind, Delivery, TransportError, TransportErrorKind};

use crate::{cancel::refusal, provider::ProviderCalls};

/// How many commands of a device are read one by one, if it is not known how far back a list must go.
const MOST_ONE_BY_ONE: usize = 3;
/// How many commands a request for a list is estimated to return.
const PAGE_SIZE: usize = 50;

/// What reading a device by its list has cost so far.
#[derive(Debug, Default)]
pub(crate) struct ListCost {
    requests: Option<usize>,
}

impl ListCost {
    /// Returns whether a list is the cheaper way to read this many commands.
    fn is_cheaper(&self, wanted: usize, oldest: Option<Timestamp>) -> bool {
        match self.requests {
            Some(requests) => requests <= wanted,
            None if oldest.is_some() => wanted > 1,
            None => wanted > MOST_ONE_BY_ONE,
        }
    }

    fn took(&mut self, items: usize) {
        self.requests = Some(items.div_ceil(PAGE_SIZE).max(1));
    }
}

/// The reading of each command. An error that holds for several is shared.
pub(crate) type Readings = HashMap<CommandId, Result<Command, Arc<ApiError>>>;

/// Returns the error that refuses the connection, or the error of a device that no reading answered.
pub(crate) fn failure(readings: &Readings) -> Option<&ApiError> {
    let errors = || {
        let errors = readings
            .values()
            .filter_map(|reading| reading.as_ref().err());
        errors.map(|error| &**error)
    };
    let refusing = errors().find(|error| error.refuses_connection());
    refusing.or_else(|| {
        let has_no_answer = |error: &&ApiError| error.transport().is_some();
        let nobody_answers = errors().filter(has_no_answer).count() == readings.len();
        errors().next().filter(|_| nobody_answers)
    })
}

/// Reads these commands of `device`, none of which was created before `oldest`, if that is known. Every id has an
/// entry in the result.
pub(crate) async fn read(
    calls: &ProviderCalls,
    device: &DeviceRef,
    ids: &[CommandId],
    oldest: Option<Timestamp>,
    cost: &mut ListCost,
) -> Readings {
    let mut readings = Readings::with_capacity(ids.len());
    if cost.is_cheaper(ids.len(), oldest) {
        match calls.list_back_to(device, oldest).await {
            Ok(items) => {
                cost.took(items.len());
                pick(items, ids, &mut readings);
            }
            Err(error) if is_specific(&error) => {}
            Err(error) => return share(readings, ids, Arc::new(error)),
        }
    }
    // What the list did not show, or all of them without a list.
    for id in ids {
        if readings.contains_key(id) {
            continue;
        }
        match calls.command(device, id).await {
            Err(error) if affects_all(&error) => return share(readings, ids, Arc::new(error)),
            read => readings.insert(id.clone(), read.map_err(Arc::new)),
        };
    }
    readings
}

/// Takes the wanted commands from a list.
pub(crate) fn pick(items: Vec<Command>, ids: &[CommandId], readings: &mut Readings) {
    // Applivery's ids are hexadecimal, and may come back in another case.
    let wanted: HashMap<String, &CommandId> = ids
        .iter()
        .map(|id| (id.as_str().to_ascii_lowercase(), id))
        .collect();
    for command in items {
        if let Some(id) = wanted.get(&command.id.as_str().to_ascii_lowercase()) {
            readings.insert((*id).clone(), Ok(command));
        }
    }
}

fn share(mut readings: Readings, ids: &[CommandId], error: Arc<ApiError>) -> Readings {
    for id in ids {
        readings
            .entry(id.clone())
            .or_insert_with(|| Err(error.clone()));
    }
    readings
}

/// Returns whether the provider processed the request and refused it, so that another kind of request may succeed.
fn is_specific(error: &ApiError) -> bool {
    matches!(
        error.kind(),
        ApiErrorKind::Denied
            | ApiErrorKind::NotFound
            | ApiErrorKind::Rejected
            | ApiErrorKind::Unreadable
    )
}

/// Returns whether a failed reading may soon succeed. It may not if the provider refused this target or everything,
/// or did not answer for long enough.
pub(crate) fn may_succeed_later(error: &ApiError) -> bool {
    let nobody_answers =
        error.transport().map(TransportError::kind) == Some(TransportErrorKind::Timeout);
    !(refusal(error).is_some() || affects_all(error) || nobody_answers)
}

/// Returns whether every request fails: the key is refused, or there is no connection.
fn affects_all(error: &ApiError) -> bool {
    error.refuses_connection()
        || error.transport().map(TransportError::delivery) == Some(Delivery::NotSent)
}
