//! The format of a result.

use clap::ValueEnum;

/// The format of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table that fits the terminal
    #[default]
    Table,
    /// A table with every column in full, however long the lines
    Wide,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// CSV with a header; cells that a spreadsheet would evaluate start with an apostrophe
    Csv,
    /// One ID per line
    Id,
    /// One device per line, each once, as --devices-from reads it
    Name,
}

impl Format {
    /// Returns whether it is a table for people.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }

    /// Returns whether it is one value per line, without what else is known.
    pub(crate) fn is_bare(self) -> bool {
        matches!(self, Self::Id | Self::Name)
    }

    /// Returns this format, or a wide table if `wide` asks for one.
    pub(crate) fn or_wide(self, wide: bool) -> Self {
        match (self, wide) {
            (Self::Table, true) => Self::Wide,
            (format, _) => format,
        }
    }
}
