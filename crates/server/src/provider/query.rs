//! The parameters of a query, each taken once, and why a request is no call.

use countermand_core_model::PageRequest;
use percent_encoding::percent_decode_str;

/// Why a request is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// There is no such endpoint or organization.
    Unknown,
    /// A parameter is missing, repeated, unknown or invalid. A malformed part never counts as absent.
    Malformed,
    /// The endpoint takes another method: which.
    Method(&'static str),
}

/// The parameters that were not taken yet. One that is left at the end belongs to no endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

/// The longest name or value, in bytes.
const LONGEST: usize = 512;

impl Query {
    /// Parses a query. `None` where a part is no `name=value`, a value is empty, or a name is repeated: a malformed query
    /// is refused as a whole, and a malformed part never counts as absent.
    pub(crate) fn read(text: Option<&str>) -> Option<Self> {
        let mut found: Vec<(String, String)> = Vec::new();
        for pair in text.unwrap_or_default().split('&') {
            if pair.is_empty() && text.is_none_or(str::is_empty) {
                continue;
            }
            let (name, value) = pair.split_once('=')?;
            let (name, value) = (decoded(name)?, decoded(value)?);
            if found.iter().any(|(known, _)| *known == name) {
                return None;
            }
            found.push((name, value));
        }
        Some(Self(found))
    }

    /// Takes the value of `name`.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Takes the value of `name`, which must be there, and parses it.
    pub(crate) fn must<T, E>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ParseError> {
        let text = self.take(name).ok_or(ParseError::Malformed)?;
        parse(&text).map_err(|_| ParseError::Malformed)
    }

    /// Takes `page` and `limit`, within the limits of a list.
    pub(crate) fn page(&mut self, most: u32) -> Result<PageRequest, ParseError> {
        let number = self.must("page", str::parse)?;
        let size = self.must("limit", str::parse)?;
        if number == 0 || !(1..=most).contains(&size) {
            return Err(ParseError::Malformed);
        }
        Ok(PageRequest { number, size })
    }

    /// Returns whether a value contains the name of a parameter: then the query was joined wrongly, and the parameter is
    /// not absent.
    pub(crate) fn hides(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let mut values = self.0.iter().map(|(_, value)| value.to_ascii_lowercase());
        values.any(|value| value.contains(&name))
    }

    /// Checks that no parameter is left.
    pub(crate) fn end(&self) -> Result<(), ParseError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(ParseError::Malformed),
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    // A '+' means a space to some and itself to others, a ';' parts two parameters to some, a '#' ends the query
    // to most, and a second '?' or '=' was left out of account by whoever wrote it: what is ambiguous is not
    // passed on.
    if text.contains(['+', ';', '#', '?', '=']) || !super::path::is_well_encoded(text) {
        return None;
    }
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let is_one = (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control);
    is_one.then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once() {
        let mut query = Query::read(Some("a=1&b=x%20y")).unwrap();
        assert_eq!(query.take("b").as_deref(), Some("x y"));
        assert_eq!(query.take("b"), None);
        assert_eq!(query.end(), Err(ParseError::Malformed));
        assert_eq!(query.must("a", str::parse::<u32>), Ok(1));
        assert_eq!(query.end(), Ok(()));
        assert_eq!(Query::read(None), Some(Query::default()));
        assert_eq!(Query::read(Some("")), Some(Query::default()));
    }

    #[test]
    fn what_is_ambiguous_is_none() {
        for text in [
            "a",
            "a=1&a=2",
            "a=1&",
            "&a=1",
            "a=x+y",
            "a=%0a",
            "a=%ff",
            "a=1&%61=2",
            "a=",
            "a=%",
            "a=%4",
            "a=%zz",
            "a=%4%31",
            "a=1;b=2",
            "a=1&b=2;",
            "a=1#b",
            "a=1?b=2",
            "a=1=2",
            "=1",
            "=",
        ] {
            assert_eq!(Query::read(Some(text)), None, "{text}");
        }
    }
}
