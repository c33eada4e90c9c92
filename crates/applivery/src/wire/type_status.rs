//! The status of commands of one type: `startLostModeStatus` and its siblings.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{object::Object, scalar::BorrowedScalar};

/// `{"status":WORD}`, or for the apps whose data are cleared `{"results":{APP:{"clearingResult":WORD}}}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TypeStatus<'a> {
    #[serde(borrow)]
    status: BorrowedScalar<'a>,
    #[serde(borrow)]
    results: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PerApp<'a> {
    #[serde(borrow)]
    clearing_result: BorrowedScalar<'a>,
}

/// Hands each word in `raw` to `take`; [`None`](Option::None) stands for what cannot be read as one.
/// What is empty has no word.
pub(crate) fn words(raw: &RawValue, mut take: impl FnMut(Option<&BorrowedScalar<'_>>)) {
    let read = serde_json::from_str::<Object<TypeStatus<'_>>>(raw.get());
    let TypeStatus { status, results } = match read {
        Ok(Object::Is(members)) => members,
        Ok(Object::Not(_)) => return take(scalar(raw).as_ref()),
        Err(_) => return take(None),
    };
    take(Some(&status));
    let Some(results) = results else { return };
    let apps: Vec<&RawValue> =
        match serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(results.get()) {
            Ok(apps) => apps.into_values().collect(),
            // A list of the same objects says the same.
            Err(_) => match serde_json::from_str(results.get()) {
                Ok(apps) => apps,
                Err(_) => return take(None),
            },
        };
    for app in apps {
        match serde_json::from_str::<Object<PerApp<'_>>>(app.get()) {
            Ok(Object::Is(app)) => take(Some(&app.clearing_result)),
            Ok(Object::Not(_)) => take(scalar(app).as_ref()),
            Err(_) => take(None),
        }
    }
}

fn scalar(raw: &RawValue) -> Option<BorrowedScalar<'_>> {
    serde_json::from_str(raw.get()).ok()
}
