//! How a result is printed.

use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{
    failure::Failure,
    output::{Form, Format, Record, Sort},
};

/// Parses the formats that say what became of each row: a bare ID would not.
fn full_format() -> impl TypedValueParser<Value = Format> {
    let full = Format::value_variants().iter();
    let full = full.filter(|format| !format.is_bare());
    let words = full.filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(words).try_map(|text| Format::from_str(&text, true))
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
        ignore_case = true,
        default_value = "table",
        value_parser = full_format()
    )]
    format: Format,
    /// The same as --output wide
    #[arg(long, hide = true)]
    wide: bool,
    /// Start CSV with a byte order mark, so that spreadsheets recognize UTF-8
    #[arg(long)]
    bom: bool,
}

impl OutputArgs {
    /// Returns whether the result is a table for people.
    pub(crate) fn is_table(self) -> bool {
        self.format.is_table()
    }
}

impl From<OutputArgs> for Form {
    fn from(args: OutputArgs) -> Self {
        Self {
            format: args.format.or_wide(args.wide),
            bom: args.bom,
            ..Self::default()
        }
    }
}

/// How a list is printed, and what of it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct ListOutputArgs {
    /// Output format
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        value_enum,
        ignore_case = true,
        default_value_t
    )]
    format: Format,
    /// The same as --output wide
    #[arg(long, hide = true)]
    wide: bool,
    /// Start CSV with a byte order mark, so that spreadsheets recognize UTF-8
    #[arg(long)]
    bom: bool,
    /// Show only these columns, in this order: names of fields as in --output json
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    columns: Vec<String>,
    /// Sort by this field; append :desc for the greatest first. Rows without it come last
    #[arg(long, value_name = "FIELD[:desc]")]
    sort: Option<String>,
    /// Show at most this many rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

impl ListOutputArgs {
    /// Returns the form of rows of this type.
    ///
    /// # Errors
    /// When the rows have no such column.
    pub(crate) fn form<R: Record>(&self) -> Result<Form, Failure> {
        let format = self.format.or_wide(self.wide);
        if format.is_bare() && !self.columns.is_empty() {
            return Err(Failure::usage(
                "--columns cannot be used with --output id or name, which print one value per line.",
            ));
        }
        let mut columns = Vec::new();
        for column in &self.columns {
            let column = field::<R>("--columns", column)?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let sort = self.sort.as_deref().map(sort::<R>).transpose()?;
        Ok(Form {
            format,
            bom: self.bom,
            columns: Some(columns).filter(|columns| !columns.is_empty()),
            sort,
            limit: self.limit.and_then(|limit| usize::try_from(limit).ok()),
            ..Form::default()
        })
    }
}

/// Returns the field of this name. Case makes no difference, nor whether it has `-` or `_`.
fn field<R: Record>(option: &str, name: &str) -> Result<&'static str, Failure> {
    let folded = name.trim().to_ascii_lowercase().replace('-', "_");
    let found = R::FIELDS.iter().find(|field| **field == folded);
    found.copied().ok_or_else(|| {
        Failure::usage(format!(
            "{option}: unknown column {name:?}. Known columns: {}.",
            R::FIELDS.join(", ")
        ))
    })
}

fn sort<R: Record>(text: &str) -> Result<Sort, Failure> {
    let (name, order) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match order.to_ascii_lowercase().as_str() {
        "asc" => false,
        "desc" => true,
        _ => {
            return Err(Failure::usage(format!(
                "--sort: unknown order {order:?}. Use asc or desc."
            )));
        }
    };
    Ok(Sort {
        field: field::<R>("--sort", name)?,
        descending,
    })
}

#[cfg(test)]
mod tests {
    use countermand_core_model::Command;

    use super::*;

    #[test]
    fn columns_and_order_by_the_fields_of_json() {
        let args = ListOutputArgs {
            columns: vec!["ID".to_owned(), "created-at".to_owned(), "id".to_owned()],
            sort: Some("created_at:DESC".to_owned()),
            ..ListOutputArgs::default()
        };
        let form = args.form::<Command>().unwrap();
        assert_eq!(form.columns, Some(vec!["id", "created_at"]));
        let sort = form.sort.unwrap();
        assert_eq!((sort.field, sort.descending), ("created_at", true));
    }

    #[test]
    fn an_unknown_column_is_refused_with_those_that_are_known() {
        for (columns, sort) in [
            (vec!["created"], None),
            (vec![""], None),
            (vec!["id", ""], None),
            (vec![], Some("created")),
            (vec![], Some("")),
        ] {
            let args = ListOutputArgs {
                columns: columns.into_iter().map(str::to_owned).collect(),
                sort: sort.map(str::to_owned),
                ..ListOutputArgs::default()
            };
            let failure = args.form::<Command>().unwrap_err();
            assert!(failure.message().contains("created_at"), "{failure:?}");
        }
        let args = ListOutputArgs {
            sort: Some("id:down".to_owned()),
            ..ListOutputArgs::default()
        };
        assert!(args.form::<Command>().is_err());
    }
}
