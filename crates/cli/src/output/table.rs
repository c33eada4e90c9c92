//! A table that fits the terminal.

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{
    record::{Cell, Column, Record, Tone},
    streams::Shape,
    text::visible,
};

/// The space between two columns.
const GAP: usize = 2;
/// The longest cell where there is no terminal, and so no width to fit: a whole page in a cell helps nobody.
const LONGEST: usize = 100;
/// The `dispensable` of the column that is left out last.
const LAST_TO_GO: u8 = 1;

/// A table, and the columns that did not fit.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) text: String,
    /// The titles of the columns left out.
    pub(crate) gone: Vec<String>,
}

/// Returns the rows below their titles, or nothing if there are no rows. `whole`: no cell is shortened.
pub(crate) fn render<R: Record>(rows: &[R], shape: Shape, whole: bool) -> Table {
    let titles = R::COLUMNS.iter().map(|column| column.title.to_owned());
    let cells = rows.iter().map(Record::cells).collect();
    lay_out(R::COLUMNS, titles.collect(), cells, shape, whole)
}

/// Returns the rows like [`render`], with a column for each of `fields`. None of them is left out.
pub(super) fn render_fields<R: Record>(
    fields: &[&'static str],
    rows: &[R],
    shape: Shape,
    whole: bool,
) -> serde_json::Result<Table> {
    let place = |field: &str| R::COLUMNS.iter().position(|column| column.shows(field));
    let columns = fields.iter().map(|field| {
        let own = place(field).and_then(|at| R::COLUMNS.get(at));
        own.copied().unwrap_or(Column::whole("")).indispensable()
    });
    let columns: Vec<Column> = columns.collect();
    let titles = fields
        .iter()
        .zip(&columns)
        .map(|(field, column)| match column.title {
            "" => field.to_ascii_uppercase(),
            title => title.to_owned(),
        });
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (cells, values) = (row.cells(), row.values()?);
        let line = fields.iter().map(|field| {
            let own = place(field).and_then(|at| cells.get(at).cloned());
            let value = || R::FIELDS.iter().position(|one| one == field);
            let value = || value().and_then(|at| values.get(at).cloned());
            own.unwrap_or_else(|| value().unwrap_or_default().into())
        });
        lines.push(line.collect());
    }
    Ok(lay_out(&columns, titles.collect(), lines, shape, whole))
}

fn lay_out(
    columns: &[Column],
    titles: Vec<String>,
    mut cells: Vec<Vec<Cell>>,
    shape: Shape,
    whole: bool,
) -> Table {
    if cells.is_empty() {
        return Table::default();
    }
    for cell in cells.iter_mut().flatten() {
        cell.text = visible(&cell.text);
    }
    let natural = natural(&titles, &cells);
    let widths = match whole {
        true => natural,
        false => fit(columns, natural, shape.width),
    };
    let mut text = String::new();
    let head: Vec<Cell> = titles.iter().map(|title| title.as_str().into()).collect();
    line(&mut text, &head, &widths, |_| {
        shape.colour.then(|| Style::new().bold())
    });
    for row in &cells {
        line(&mut text, row, &widths, |tone| {
            shape.colour.then(|| style(tone)).flatten()
        });
    }
    let gone = titles.into_iter().zip(&widths);
    let gone = gone.filter(|(_, width)| **width == 0);
    Table {
        text,
        gone: gone.map(|(title, _)| title).collect(),
    }
}

/// Returns the width of each column without shortening.
fn natural(titles: &[String], rows: &[Vec<Cell>]) -> Vec<usize> {
    let mut widths: Vec<usize> = titles.iter().map(|title| title.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.width());
        }
    }
    widths
}

/// Returns widths that fit into `place`; a column that is left out has none. The others are shortened before a column
/// is left out; then they share its place.
fn fit(columns: &[Column], natural: Vec<usize>, place: Option<usize>) -> Vec<usize> {
    let mut wanted = natural.clone();
    let Some(place) = place else {
        for (column, width) in columns.iter().zip(&mut wanted) {
            if column.least.is_some() {
                *width = (*width).min(LONGEST);
            }
        }
        return wanted;
    };
    loop {
        let widths = shrink(columns, wanted.clone(), place, |column| column.least);
        if needed(&widths) <= place {
            return widths;
        }
        let first_to_go = columns
            .iter()
            .zip(&mut wanted)
            .filter(|(column, width)| column.dispensable.is_some() && **width > 0)
            .max_by_key(|(column, _)| column.dispensable);
        match first_to_go {
            Some((_, width)) => *width = 0,
            // The lines are too long even so, and the terminal wraps them. Then the column that is left out last can
            // stay.
            None => {
                for ((column, width), natural) in columns.iter().zip(&mut wanted).zip(natural) {
                    if column.dispensable == Some(LAST_TO_GO) {
                        *width = natural;
                    }
                }
                return shrink(columns, wanted, place, |column| column.least);
            }
        }
    }
}

/// Shortens the widest columns first, none below its least width.
fn shrink(
    columns: &[Column],
    mut widths: Vec<usize>,
    place: usize,
    least: impl Fn(&Column) -> Option<usize>,
) -> Vec<usize> {
    while needed(&widths) > place {
        let widest = columns
            .iter()
            .zip(&mut widths)
            .filter(|(column, width)| least(column).is_some_and(|least| **width > least))
            .max_by_key(|(_, width)| **width);
        match widest {
            Some((_, width)) => *width -= 1,
            None => break,
        }
    }
    widths
}

fn needed(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0);
    shown.clone().sum::<usize>() + GAP * shown.count().saturating_sub(1)
}

fn line(
    text: &mut String,
    cells: &[Cell],
    widths: &[usize],
    style: impl Fn(Tone) -> Option<Style>,
) {
    let shown = cells.iter().zip(widths).filter(|(_, width)| **width > 0);
    let mut pending = 0;
    for (cell, width) in shown {
        text.extend(std::iter::repeat_n(' ', pending));
        let short = shorten(&cell.text, *width);
        pending = width.saturating_sub(short.width()) + GAP;
        match style(cell.tone) {
            Some(style) => text.push_str(&format!("{style}{short}{style:#}")),
            None => text.push_str(&short),
        }
    }
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}

/// Returns `text` in at most `width` columns, with … where something is missing.
fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

fn style(tone: Tone) -> Option<Style> {
    let colour = |colour: AnsiColor| Some(Style::new().fg_color(Some(colour.into())));
    match tone {
        Tone::Plain => None,
        Tone::Good => colour(AnsiColor::Green),
        Tone::Open => colour(AnsiColor::Yellow),
        Tone::Bad => colour(AnsiColor::Red),
        Tone::Faint => Some(Style::new().dimmed()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Row(&'static str, &'static str, &'static str);

    impl Record for Row {
        const FIELDS: &'static [&'static str] = &[];
        const COLUMNS: &'static [Column] = &[
            Column::whole("ID"),
            Column::at_least("NAME", 8),
            Column::at_least("WHEN", 8).dispensable(1),
        ];

        fn cells(&self) -> Vec<Cell> {
            vec![self.0.into(), Cell::new(self.1, Tone::Bad), self.2.into()]
        }
    }

    const ID: &str = "507f1f77bcf86cd799439011";

    fn at(width: usize) -> Shape {
        Shape {
            width: Some(width),
            colour: false,
        }
    }

    #[test]
    fn it_fits_and_the_id_is_whole() {
        let rows = [
            Row(
                ID,
                "a name that is longer than there is place for",
                "2026-02-10T12:00:00Z",
            ),
            Row("1", "风机风机风机风机风机风机风机风机风机", ""),
        ];
        for width in 34..120 {
            let table = render(&rows, at(width), false).text;
            for line in table.lines() {
                assert!(line.width() <= width, "{width}: {line:?}");
            }
            assert!(table.contains(ID), "{width}: {table}");
        }
        assert!(render(&rows, at(60), false).text.contains('…'));
    }

    #[test]
    fn where_there_is_no_place_a_column_is_left_out_and_never_the_id() {
        let rows = [Row(ID, "a longer name", "2026-02-10T12:00:00Z")];
        let table = render(&rows, at(40), false).text;
        assert!(
            table.contains(ID) && table.contains("a longer name"),
            "{table}"
        );
        assert!(!table.contains("WHEN"), "{table}");
        assert_eq!(render(&rows, at(40), false).gone, ["WHEN"]);
        let table = render(&rows, at(30), false).text;
        assert!(table.contains(ID) && table.contains("a longe…"), "{table}");
        assert!(render(&rows, at(30), true).text.contains("a longer name"));
        let table = render(&rows, at(10), false).text;
        assert!(table.contains(ID), "{table}");
    }

    #[test]
    fn control_characters_do_not_get_through() {
        let row = Row("1", "\u{1b}[2Jclear\u{202e}\r\n", "\u{7}");
        for shape in [
            at(100),
            Shape {
                width: None,
                colour: false,
            },
        ] {
            let table = render(std::slice::from_ref(&row), shape, false).text;
            assert_eq!(table.lines().count(), 2, "{table:?}");
            assert!(
                !table.chars().any(|c| c.is_control() && c != '\n'),
                "{table:?}"
            );
        }
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let row = Row("1", "bad", "");
        let plain = render(std::slice::from_ref(&row), at(80), false).text;
        assert!(!plain.contains('\u{1b}'));
        let coloured = Shape {
            colour: true,
            ..at(80)
        };
        assert!(
            render(&[row], coloured, false)
                .text
                .contains("\u{1b}[31mbad\u{1b}[0m")
        );
    }

    #[test]
    fn no_rows_no_table() {
        assert_eq!(render::<Row>(&[], at(80), false).text, "");
    }
}
