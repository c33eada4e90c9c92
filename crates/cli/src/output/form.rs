//! The form of a result: its format, and which rows and columns it has.

use std::cmp::{Ordering, Reverse};

use countermand_core_model::Timestamp;
use serde_json::{Map, Value};

use super::{format::Format, record::Record};

/// The name of the field with the time of a reading.
pub(super) const READ_AT: &str = "read_at";

/// How rows are printed, and which.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) format: Format,
    /// Whether CSV starts with a byte order mark.
    pub(crate) bom: bool,
    /// The fields to show, in order; `None` for all.
    pub(crate) columns: Option<Vec<&'static str>>,
    pub(crate) sort: Option<Sort>,
    /// The most rows.
    pub(crate) limit: Option<usize>,
    /// Whether rows are held back until the last is there.
    pub(crate) holds: bool,
    /// The time of the reading, as a field of each row of NDJSON and CSV.
    pub(crate) read_at: Option<String>,
    /// Whether rows of an earlier reading stand before these.
    pub(crate) continues: bool,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: &'static str,
    pub(crate) descending: bool,
}

impl Form {
    /// Returns whether rows are printed only once the last is there.
    pub(super) fn holds_back(&self) -> bool {
        self.holds || self.sort.is_some()
    }

    /// Returns the fields that are shown, besides the time of the reading.
    pub(super) fn fields<R: Record>(&self) -> &[&'static str] {
        self.columns.as_deref().unwrap_or(R::FIELDS)
    }

    /// Returns the row with the fields that are shown, or `None` if it is shown as it is.
    pub(super) fn selected<R: Record>(&self, row: &R) -> serde_json::Result<Option<Value>> {
        if self.columns.is_none() && self.read_at.is_none() {
            return Ok(None);
        }
        let mut json = serde_json::to_value(row)?;
        let mut selected = Map::new();
        if let Some(read_at) = &self.read_at {
            selected.insert(READ_AT.to_owned(), Value::String(read_at.clone()));
        }
        for field in self.fields::<R>() {
            let value = json.get_mut(field).map(Value::take);
            selected.insert((*field).to_owned(), value.unwrap_or_default());
        }
        Ok(Some(Value::Object(selected)))
    }
}

impl Sort {
    /// Sorts the rows. Those that are alike keep their order.
    pub(super) fn sort<R: Record>(self, rows: &mut Vec<R>) -> serde_json::Result<()> {
        let mut keyed = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            let json = serde_json::to_value(&row)?;
            keyed.push((SortKey::of(json.get(self.field)), row));
        }
        keyed.sort_by(|(a, _), (b, _)| self.order(a, b));
        rows.extend(keyed.into_iter().map(|(_, row)| row));
        Ok(())
    }

    fn order(self, a: &SortKey, b: &SortKey) -> Ordering {
        let is_absent = |key: &SortKey| *key == SortKey::Absent;
        let absent_last = is_absent(a).cmp(&is_absent(b));
        absent_last.then_with(|| match self.descending {
            true => Reverse(a).cmp(&Reverse(b)),
            false => a.cmp(b),
        })
    }
}

/// A value, in the order in which people expect values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    /// Milliseconds since the epoch.
    Time(i64),
    /// Digits without leading zeros, and how many they are: IDs are longer than any number type.
    Number(usize, String),
    /// A text without case.
    Text(String),
    Absent,
}

impl SortKey {
    fn of(value: Option<&Value>) -> Self {
        let text = match value {
            None | Some(Value::Null) => return Self::Absent,
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let digits = text.trim_start_matches('0');
            return Self::Number(digits.len(), digits.to_owned());
        }
        match Timestamp::parse_rfc3339(&text) {
            Some(at) => Self::Time(at.as_millis()),
            None => Self::Text(text.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_in_the_order_that_people_expect() {
        let order = |descending| {
            let sort = Sort {
                field: "x",
                descending,
            };
            move |a: Value, b: Value| sort.order(&SortKey::of(Some(&a)), &SortKey::of(Some(&b)))
        };
        for (less, more) in [
            (json!("9"), json!("10")),
            (json!("2278935391225618432"), json!("12278935391225618432")),
            (
                json!("2026-02-10T12:00:00Z"),
                json!("2026-02-10T12:00:00.5Z"),
            ),
            (json!("Alpha"), json!("beta")),
            (json!(9), json!(10)),
        ] {
            assert_eq!(
                order(false)(less.clone(), more.clone()),
                Ordering::Less,
                "{less}"
            );
            assert_eq!(order(true)(less.clone(), more), Ordering::Greater, "{less}");
        }
        for descending in [false, true] {
            let found = order(descending)(json!(null), json!("a"));
            assert_eq!(found, Ordering::Greater, "what is absent is last");
        }
    }
}
