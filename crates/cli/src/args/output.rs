//! In which form a result is printed.

use clap::Args;

use crate::output::Format;

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// The form of the output
    #[arg(long = "output", value_name = "FORM", value_enum, default_value_t)]
    pub(crate) format: Format,
    /// In a table, show every column whole, however long its lines become
    #[arg(long)]
    pub(crate) wide: bool,
    /// Begin CSV with a byte order mark, by which some spreadsheets know that it is UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

impl OutputArgs {
    /// Is it the table for people?
    pub(crate) fn is_table(self) -> bool {
        self.format == Format::Table
    }
}
