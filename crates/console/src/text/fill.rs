//! A message with its arguments in their places.

use super::{
    formats::number,
    message::{Branches, Piece, Pieces},
    plural,
};
use crate::language::Language;

/// An argument.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// Literal text.
    Text(&'a str),
    /// Written as numbers are in the language.
    Number(usize),
}

/// Writes `message` to `said`. `counted` is the number of the plural around it.
pub(super) fn fill(
    message: &str,
    values: &[(&str, Value<'_>)],
    language: Language,
    counted: Option<usize>,
    said: &mut String,
) {
    let value = |name: &str| values.iter().find(|(one, _)| *one == name);
    for piece in Pieces(message) {
        match piece {
            Piece::Words(words) => match counted {
                Some(count) if words.contains('#') => {
                    said.push_str(&words.replace('#', &number(count, language)));
                }
                _ => said.push_str(words),
            },
            Piece::Argument(name) | Piece::Number(name) => match value(name) {
                Some((_, Value::Text(text))) => said.push_str(text),
                Some((_, Value::Number(count))) => {
                    said.push_str(&number(*count, language));
                }
                None => {}
            },
            Piece::Plural(name, branches) => {
                if let Some((_, Value::Number(count))) = value(name) {
                    let branch = plural::chosen(Branches(branches), *count, language);
                    fill(branch, values, language, Some(*count), said);
                }
            }
        }
    }
}
