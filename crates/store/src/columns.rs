//! What columns hold, as values.

use std::time::Duration;

use countermand_core_model::Timestamp;

use crate::{StoreError, StoreErrorKind};

pub(crate) fn time(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millis(millis).ok_or_else(|| damaged("time"))
}

pub(crate) fn count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| damaged("number"))
}

pub(crate) fn number(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| damaged("number"))
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn damaged(what: &str) -> StoreError {
    let what = format!("the store holds a {what} that this program does not write");
    StoreError::new(StoreErrorKind::Damaged, what)
}
