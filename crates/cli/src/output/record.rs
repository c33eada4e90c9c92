//! A row of a result, for every output format.

use serde::Serialize;
use serde_json::Value;

/// A row. Its JSON is its serialization.
pub(crate) trait Record: Serialize {
    /// The fields of its JSON, in order.
    const FIELDS: &'static [&'static str];
    /// The columns of a table.
    const COLUMNS: &'static [Column];
    /// The field that `--output id` prints.
    const ID: &'static str = "id";
    /// The field that `--output name` prints.
    const NAME: &'static str = "device";

    /// Returns the cells of a table, one per column.
    fn cells(&self) -> Vec<Cell>;

    /// Returns the values of its fields as text, for CSV. An absent value is empty.
    fn values(&self) -> serde_json::Result<Vec<String>> {
        let json = serde_json::to_value(self)?;
        let values = Self::FIELDS.iter().map(|field| match json.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        });
        Ok(values.collect())
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// The field that it shows, if that is not its title in lower case.
    field: Option<&'static str>,
    /// The least width a cell is shortened to, or `None` if it is never shortened: a shortened ID is useless.
    pub(crate) least: Option<usize>,
    /// Whether it may be left out, and in which order: the highest is left out first.
    pub(crate) dispensable: Option<u8>,
}

impl Column {
    /// Returns a column that is always shown and never shortened.
    pub(crate) const fn whole(title: &'static str) -> Self {
        Self {
            title,
            field: None,
            least: None,
            dispensable: None,
        }
    }

    /// Returns a column that may be shortened to `least`.
    pub(crate) const fn at_least(title: &'static str, least: usize) -> Self {
        Self {
            least: Some(least),
            ..Self::whole(title)
        }
    }

    /// Returns this column, which may also be left out.
    pub(crate) const fn dispensable(self, order: u8) -> Self {
        Self {
            dispensable: Some(order),
            ..self
        }
    }

    /// Returns this column, which is never left out.
    pub(crate) const fn indispensable(self) -> Self {
        Self {
            dispensable: None,
            ..self
        }
    }

    /// Returns this column, which shows `field`.
    pub(crate) const fn of(self, field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    /// Returns whether it shows `field`.
    pub(crate) fn shows(&self, field: &str) -> bool {
        self.field.map_or_else(
            || self.title.eq_ignore_ascii_case(field),
            |own| own == field,
        )
    }
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// The colour of a cell. It repeats what the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Open,
    Bad,
    /// Over and done with.
    Faint,
}
