//! A row of a result, as every form of output wants it.

use serde::Serialize;

/// A row. Its JSON is what it serialises to.
pub(crate) trait Record: Serialize {
    /// The fields of its JSON, in their order.
    const FIELDS: &'static [&'static str];
    /// The columns of a table.
    const COLUMNS: &'static [Column];

    /// The values of its fields as text; what is absent is empty.
    fn values(&self) -> Vec<String>;
    /// What stands in the columns.
    fn cells(&self) -> Vec<Cell>;
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What stands above it.
    pub(crate) title: &'static str,
    /// What is left of a cell at least; none where it is never shortened: a shortened id is none.
    pub(crate) least: Option<usize>,
    /// Whether it may be left out, and in which order: the highest goes first.
    pub(crate) dispensable: Option<u8>,
}

impl Column {
    /// One that is always there and never shortened.
    pub(crate) const fn whole(title: &'static str) -> Self {
        Self {
            title,
            least: None,
            dispensable: None,
        }
    }

    /// One that may be shortened.
    pub(crate) const fn at_least(title: &'static str, least: usize) -> Self {
        Self {
            least: Some(least),
            ..Self::whole(title)
        }
    }

    /// This one, which may also be left out.
    pub(crate) const fn dispensable(self, order: u8) -> Self {
        Self {
            dispensable: Some(order),
            ..self
        }
    }
}

/// What stands in a column.
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

/// What a colour adds to a word; the word says it all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing.
    Plain,
    /// It is as it should be.
    Good,
    /// It is open.
    Open,
    /// It is not as it should be.
    Bad,
    /// It is over.
    Faint,
}
