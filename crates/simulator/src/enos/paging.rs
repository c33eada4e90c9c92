//! `pagination` and `projection` of a search.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::enos::expression::{Expression, Field};
use crate::enos::{envelope, projection};
use crate::faults::FaultKind;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// The body of a search; all of it is optional, and so is the body.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) expression: Option<String>,
    pub(super) page_no: usize,
    pub(super) page_size: usize,
    projection: Option<Vec<String>>,
}

/// An item of a page, as far as it was asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Projected<T> {
    Whole(T),
    Part(Map<String, Value>),
}

impl Search {
    /// Reads the body; a page can have `most` items at most.
    pub(super) fn of(call: Call<'_>, most: usize) -> Result<Self, Reply> {
        let invalid =
            |field: &str, value: &Value| envelope::invalid(call.world, field, value.clone());
        let body: Map<String, Value> = match call.request.body.is_empty() {
            true => Map::new(),
            false => serde_json::from_slice(&call.request.body)
                .map_err(|_| invalid("body", &json!("not a JSON object")))?,
        };
        let expression = match body.get("expression") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => return Err(invalid("expression", other)),
        };
        let nothing = Value::Null;
        let pagination = body.get("pagination").unwrap_or(&nothing);
        if !pagination.is_null() && !pagination.is_object() {
            return Err(invalid("pagination", pagination));
        }
        let number = |name: &str, default: usize, most: usize| match pagination.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| (1..=most).contains(number))
                .ok_or_else(|| invalid(name, value)),
        };
        let projection = match body.get("projection") {
            None | Some(Value::Null) => None,
            Some(value) => Some(
                serde_json::from_value(value.clone()).map_err(|_| invalid("projection", value))?,
            ),
        };
        let mut search = Self {
            expression,
            page_no: number("pageNo", 1, usize::MAX)?,
            page_size: number("pageSize", 100.min(most), most)?,
            projection,
        };
        if call.meets(&FaultKind::PagingIgnored) {
            (search.page_no, search.page_size) = (1, 100);
        }
        Ok(search)
    }

    /// Reads the expression over these fields.
    pub(super) fn expression(
        &self,
        call: Call<'_>,
        fields: &[(&str, Field)],
    ) -> Result<Expression, Reply> {
        Expression::of(self.expression.as_deref(), fields)
            .map_err(|wrong| envelope::invalid(call.world, "expression", json!(wrong)))
    }

    /// The range of the page among `total` items.
    pub(super) fn range(&self, call: Call<'_>, total: usize) -> std::ops::Range<usize> {
        call.page_range(self.page_no, self.page_size, total)
    }

    /// The `pagination` of the answer. EnOS has no "has next", only the size of the whole.
    pub(super) fn pagination(&self, total: usize, fault: Option<&FaultKind>) -> Option<Value> {
        let total = match fault {
            Some(FaultKind::HasNextMissing | FaultKind::ItemsOnly | FaultKind::BareArray) => {
                return None;
            }
            Some(FaultKind::HasNextAlways | FaultKind::PageRepeated) => 1_000_000,
            _ => total,
        };
        Some(json!({
            "sortedBy": null, "pageNo": self.page_no, "pageSize": self.page_size, "totalSize": total
        }))
    }

    /// An item with the projected members only.
    pub(super) fn projected<T: Serialize>(&self, item: T) -> Projected<T> {
        let Some(projection) = &self.projection else {
            return Projected::Whole(item);
        };
        // What the simulator answers can always be converted: its keys are strings.
        let fields: Map<String, Value> = serde_json::to_value(item)
            .and_then(serde_json::from_value)
            .unwrap_or_default();
        Projected::Part(projection::cropped(fields, projection))
    }
}
