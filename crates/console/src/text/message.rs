//! The form of a message: words, arguments, and plurals with messages of their own.

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Literal text. Within a plural, `#` is the number.
    Words(&'a str),
    /// An argument.
    Argument(&'a str),
    /// A number alone.
    Number(&'a str),
    /// A number that decides between messages, each with its selector before it.
    Plural(&'a str, &'a str),
}

/// The parts of a message. What is malformed ends it and is left over: tests see to it that no message is.
pub(crate) struct Pieces<'a>(pub(crate) &'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        match self.0.find('{') {
            Some(0) => {
                let (inner, rest) = braced(self.0)?;
                let piece = argument(inner)?;
                self.0 = rest;
                Some(piece)
            }
            at => {
                let (words, rest) = self.0.split_at(at.unwrap_or(self.0.len()));
                self.0 = rest;
                (!words.is_empty()).then_some(Piece::Words(words))
            }
        }
    }
}

/// The messages of a plural, each with its selector.
pub(crate) struct Branches<'a>(pub(crate) &'a str);

impl<'a> Iterator for Branches<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let (selector, rest) = self.0.split_at(self.0.find('{')?);
        let (message, rest) = braced(rest)?;
        self.0 = rest;
        Some((selector.trim(), message))
    }
}

fn argument(inner: &str) -> Option<Piece<'_>> {
    let Some((name, form)) = inner.split_once(',') else {
        return Some(Piece::Argument(inner));
    };
    match form.trim_start() {
        "number" => Some(Piece::Number(name)),
        form => Some(Piece::Plural(name, form.strip_prefix("plural,")?)),
    }
}

/// Returns the text between the brace at the beginning and the one that closes it, and the rest.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(1..at)?, text.get(at + 1..)?));
        }
    }
    None
}
