//! The documented part of the expression language: `field op value`, `field in (...)`, `field like
//! '...'`, joined by `and`. Everything else is refused, so that a client does not come to depend on
//! what an installation may not have.

use serde_json::Value;

use crate::instant::parse_local;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    State,
    CreateTime,
    CommandName(Language),
    AssetId,
    ProductKey,
    DeviceKey,
    DeviceName(Language),
    Status,
}

/// In which language a name is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// The default, and what has no translation of its own.
    Default,
    Chinese,
    /// One in which nothing has a name.
    Other,
}

impl Language {
    /// Of `default` or a locale (`en_US`, `zh_CN`).
    fn named(locale: &str) -> Option<Self> {
        let is_locale = match locale.as_bytes() {
            [a, b] => a.is_ascii_lowercase() && b.is_ascii_lowercase(),
            [a, b, b'_' | b'-', c, d] => {
                a.is_ascii_lowercase()
                    && b.is_ascii_lowercase()
                    && c.is_ascii_uppercase()
                    && d.is_ascii_uppercase()
            }
            _ => false,
        };
        match locale {
            "default" | "defaultValue" | "en_US" => Some(Self::Default),
            "zh_CN" => Some(Self::Chinese),
            _ => is_locale.then_some(Self::Other),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    /// One of these; a single one for `=`.
    In(Field, Vec<Value>),
    /// Compares with a time: `<`, `<=`, `>` or `>=`.
    Time(Field, &'static str, i64),
    /// Contains this, whatever the case.
    Like(Field, String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Expression(Vec<Condition>);

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Name(String),
    Text(String),
    Number(i64),
    Sign(&'static str),
}

impl Expression {
    pub(super) const COMMAND_FIELDS: &[(&str, Field)] = &[
        ("state", Field::State),
        ("createTime", Field::CreateTime),
        ("commandName.", Field::CommandName(Language::Default)),
    ];
    pub(super) const DEVICE_FIELDS: &[(&str, Field)] = &[
        ("assetId", Field::AssetId),
        ("productKey", Field::ProductKey),
        ("deviceKey", Field::DeviceKey),
        ("deviceName", Field::DeviceName(Language::Default)),
        ("deviceName.", Field::DeviceName(Language::Default)),
        ("status", Field::Status),
    ];

    /// Reads an expression; nothing holds for everything. The error says what is wrong with it.
    pub(super) fn of(text: Option<&str>, fields: &[(&str, Field)]) -> Result<Self, String> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let words = words(text)?;
        let mut rest = words.as_slice();
        let mut conditions = Vec::new();
        loop {
            let (condition, after) = condition(rest, fields)?;
            conditions.push(condition);
            match after {
                [] => return Ok(Self(conditions)),
                [Word::Name(and), next @ ..] if and.eq_ignore_ascii_case("and") => rest = next,
                [other, ..] => return Err(format!("expected and, found {other:?}")),
            }
        }
    }

    /// Whether it holds for something with these values.
    pub(super) fn holds(&self, value: impl Fn(Field) -> Value) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::In(field, wanted) => wanted.contains(&value(*field)),
            Condition::Time(field, sign, ms) => {
                value(*field).as_i64().is_some_and(|actual| match *sign {
                    "<" => actual < *ms,
                    "<=" => actual <= *ms,
                    ">" => actual > *ms,
                    _ => actual >= *ms,
                })
            }
            Condition::Like(field, part) => value(*field)
                .as_str()
                .is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase())),
        })
    }
}

fn condition<'a>(
    words: &'a [Word],
    fields: &[(&str, Field)],
) -> Result<(Condition, &'a [Word]), String> {
    let (Some(Word::Name(name)), after) = (words.first(), words.get(1..).unwrap_or_default())
    else {
        return Err("expected the name of a field".to_owned());
    };
    let field = fields
        .iter()
        .find_map(|(known, field)| field_named(name, known, *field))
        .ok_or_else(|| format!("unknown field {name}"))?;
    match after {
        [Word::Sign("="), value, rest @ ..] => {
            Ok((Condition::In(field, vec![literal(field, value)?]), rest))
        }
        [Word::Name(like), Word::Text(part), rest @ ..] if like.eq_ignore_ascii_case("like") => {
            if !matches!(field, Field::CommandName(_) | Field::DeviceName(_)) {
                return Err(format!("{name} cannot be compared with like"));
            }
            Ok((
                Condition::Like(field, part.trim_matches('%').to_owned()),
                rest,
            ))
        }
        [Word::Name(name), Word::Sign("("), rest @ ..] if name.eq_ignore_ascii_case("in") => {
            let (values, rest) = list(field, rest)?;
            Ok((Condition::In(field, values), rest))
        }
        [Word::Sign(sign), Word::Text(time), rest @ ..] if field == Field::CreateTime => {
            if !matches!(*sign, "<" | "<=" | ">" | ">=") {
                return Err(format!("unexpected {sign}"));
            }
            let ms = parse_local(time).ok_or_else(|| format!("{time} is no time"))?;
            Ok((Condition::Time(field, sign, ms), rest))
        }
        other => Err(format!("{name} is followed by {:?}", other.first())),
    }
}

/// The field of this name, where it is `known`; a known name that ends in a dot is followed by a locale.
fn field_named(name: &str, known: &str, field: Field) -> Option<Field> {
    if name == known && !known.ends_with('.') {
        return Some(field);
    }
    let locale = name.strip_prefix(known).filter(|_| known.ends_with('.'))?;
    let language = Language::named(locale)?;
    match field {
        Field::CommandName(_) => Some(Field::CommandName(language)),
        Field::DeviceName(_) => Some(Field::DeviceName(language)),
        _ => None,
    }
}

fn list(field: Field, mut words: &[Word]) -> Result<(Vec<Value>, &[Word]), String> {
    let mut values = Vec::new();
    loop {
        match words {
            [value, Word::Sign(","), rest @ ..] => {
                values.push(literal(field, value)?);
                words = rest;
            }
            [value, Word::Sign(")"), rest @ ..] => {
                values.push(literal(field, value)?);
                return Ok((values, rest));
            }
            _ => return Err("a list that does not end".to_owned()),
        }
    }
}

fn literal(field: Field, word: &Word) -> Result<Value, String> {
    match (field, word) {
        (Field::State, Word::Number(number)) => Ok(Value::from(*number)),
        (Field::CreateTime, Word::Text(time)) => parse_local(time)
            .map(Value::from)
            .ok_or_else(|| format!("{time} is no time")),
        (Field::State | Field::CreateTime, other) => Err(format!("{other:?} is no value for it")),
        (_, Word::Text(text)) => Ok(Value::from(text.clone())),
        (_, other) => Err(format!("{other:?} is no text")),
    }
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) = match first {
            '\'' | '"' => {
                let inner = rest.get(1..).unwrap_or_default();
                let end = inner.find(first).ok_or("a text that does not end")?;
                (
                    Word::Text(inner.get(..end).unwrap_or_default().to_owned()),
                    end + 2,
                )
            }
            '0'..='9' | '-' => {
                let length = rest
                    .find(|c: char| !c.is_ascii_digit() && c != '-')
                    .unwrap_or(rest.len());
                let digits = rest.get(..length).unwrap_or_default();
                (
                    Word::Number(
                        digits
                            .parse()
                            .map_err(|_| format!("{digits} is no number"))?,
                    ),
                    length,
                )
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (
                    Word::Name(rest.get(..length).unwrap_or_default().to_owned()),
                    length,
                )
            }
            _ => {
                let sign = ["<=", ">=", "<", ">", "=", "(", ")", ","]
                    .into_iter()
                    .find(|sign| rest.starts_with(sign))
                    .ok_or_else(|| format!("unexpected {first}"))?;
                (Word::Sign(sign), sign.len())
            }
        };
        words.push(word);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(text: &str, state: u8) -> Result<bool, String> {
        let expression = Expression::of(Some(text), Expression::COMMAND_FIELDS)?;
        Ok(expression.holds(|field| match field {
            Field::State => json!(state),
            Field::CreateTime => json!(1_767_225_600_000_i64),
            Field::CommandName(Language::Default) => json!("Stop turbine"),
            Field::CommandName(Language::Chinese) => json!("停机"),
            _ => Value::Null,
        }))
    }

    #[test]
    fn what_is_documented_is_understood() {
        for (text, wanted) in [
            ("state = 1", true),
            ("state=2", false),
            ("state in (2, 1)", true),
            ("state IN (2,3)", false),
            ("createTime >= '2026-01-01 00:00:00'", true),
            ("createTime < '2026-01-01 00:00:00'", false),
            (
                "createTime >= '2025-12-31 23:59:59' and createTime < '2026-01-01 00:00:01'",
                true,
            ),
            ("commandName.default like 'turbine' and state = 1", true),
            ("commandName.default like '%stop%'", true),
            ("commandName.default like 'start'", false),
            ("commandName.en_US like 'turbine'", true),
            ("commandName.zh_CN like '停'", true),
            ("commandName.zh_CN like 'turbine'", false),
            ("commandName.de_DE like 'turbine'", false),
        ] {
            assert_eq!(holds(text, 1), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "state",
            "state =",
            "state = 'x'",
            "state == 1",
            "state = 1 or state = 2",
            "1 = 1",
            "state in (1",
            "state in ()",
            "commandId = '1'",
            "createTime > 'yesterday'",
            "createTime > 5",
            "state like '1'",
            "state = 1 and",
            "commandName like 'x'",
            "commandName. like 'x'",
            "commandName.german like 'x'",
            "commandName.default like 'x",
            "state = 1;",
            "état = 1",
        ] {
            assert!(holds(text, 1).is_err(), "{text}");
        }
        assert!(Expression::of(Some("state = 1"), Expression::DEVICE_FIELDS).is_err());
    }
}
