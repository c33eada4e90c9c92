//! The format of a result.

use clap::{Args, ValueEnum};

/// The format of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table that fits the terminal
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// CSV with a header; cells that a spreadsheet would evaluate start with an apostrophe
    Csv,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Output format
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        value_enum,
        ignore_case = true,
        default_value_t
    )]
    pub(crate) format: Format,
    /// In a table, show every column in full, however long the lines
    #[arg(long)]
    pub(crate) wide: bool,
    /// Start CSV with a byte order mark, so that spreadsheets recognize UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

impl OutputArgs {
    /// Returns whether the result is a table for people.
    pub(crate) fn is_table(self) -> bool {
        self.format == Format::Table
    }
}
