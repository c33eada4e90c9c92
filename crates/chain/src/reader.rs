//! Reads a chain of one format back.

use std::io::BufRead;

use serde::Deserialize;

use crate::line::{ChainEnd, ChainError, Lines, not_a_line};

/// A format of chained lines, and what was read of one chain of it so far.
pub trait ChainFormat {
    /// What a line says.
    type Entry;

    /// What a chain of this format is called, with its article: "a journal".
    const NAME: &'static str;

    /// Whether an error names the hash that a line should have.
    const SHOWS_HASH: bool = true;

    /// Reads line `number`, from 1, and checks it against the lines before it.
    ///
    /// # Errors
    /// When it is not a line of this format, or contradicts the lines before it.
    fn read(&mut self, line: &[u8], number: u64) -> Result<Self::Entry, ChainError>;

    /// Returns whether `entry` is the seal, which nothing may follow.
    fn is_seal(entry: &Self::Entry) -> bool;

    /// Returns how many lines were removed before `line`, which is the first that is left and says so. The first line
    /// of a whole chain is another one.
    fn removed_before(_line: &[u8]) -> Option<u64> {
        None
    }

    /// Returns the error of a chain without a line.
    fn empty() -> ChainError {
        ChainError::OtherFormat(Self::NAME)
    }

    /// Returns the error of a line behind the seal.
    fn after_seal(line: u64) -> ChainError {
        ChainError::AfterSeal { line }
    }
}

/// The entries of a chain with their line numbers, each line checked against those before it. A torn last line is
/// skipped, and reported by [`ChainReader::end`].
///
/// An entry is certain only once the whole was read: that its line was changed shows in the next one. Nothing follows
/// an error.
#[derive(Debug)]
pub struct ChainReader<R, F> {
    lines: Lines<R>,
    format: F,
    is_over: bool,
}

impl<R: BufRead, F: ChainFormat> ChainReader<R, F> {
    /// Reads `source` as a chain of this format.
    pub fn new(source: R, format: F) -> Self {
        Self {
            lines: Lines::of(source, F::NAME, F::removed_before),
            format,
            is_over: false,
        }
    }

    /// Returns where the chain ends, after the last entry.
    pub fn end(&self) -> ChainEnd {
        self.lines.end().clone()
    }

    /// Returns what the format knows of the lines read so far.
    pub fn format(&self) -> &F {
        &self.format
    }

    fn read_next(&mut self) -> Result<Option<(u64, F::Entry)>, ChainError> {
        let end = self.lines.end();
        let (was_sealed, is_empty) = (end.sealed, end.lines == 0);
        let Some(line) = self.lines.next_line() else {
            return if is_empty { Err(F::empty()) } else { Ok(None) };
        };
        let (number, line) = line.map_err(|error| match error {
            ChainError::Line { line, .. } if !F::SHOWS_HASH => ChainError::changed(line),
            error => error,
        })?;
        if was_sealed {
            return Err(F::after_seal(number));
        }
        let entry = self.format.read(line, number)?;
        if F::is_seal(&entry) {
            self.lines.sealed();
        }
        Ok(Some((number, entry)))
    }
}

impl<R: BufRead, F: ChainFormat> Iterator for ChainReader<R, F> {
    type Item = Result<(u64, F::Entry), ChainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let read = self.read_next().transpose();
        self.is_over = !matches!(read, Some(Ok(_)));
        read
    }
}

/// A chain that is still being written, checked line by line as it comes.
#[derive(Debug)]
pub struct ChainFollower<F> {
    end: ChainEnd,
    format: F,
}

impl<F: ChainFormat> ChainFollower<F> {
    /// Follows a chain of this format from its first line on.
    pub fn new(format: F) -> Self {
        Self {
            end: ChainEnd::START,
            format,
        }
    }

    /// Takes in the next whole line, without its line feed. Nothing may follow an error.
    ///
    /// # Errors
    /// When it does not carry the hash of the line before it, is not a line of this format, or contradicts the lines
    /// before it. Where a line was changed before it was hashed by the next, that next line is the one named.
    pub fn take(&mut self, line: &[u8]) -> Result<(u64, F::Entry), ChainError> {
        let was_sealed = self.end.sealed;
        let number = self.end.take(line).map_err(|carried| {
            let number = self.end.lines + 1;
            match carried {
                Some(_) => ChainError::changed(number),
                None => not_a_line(number, F::NAME),
            }
        })?;
        if was_sealed {
            return Err(F::after_seal(number));
        }
        let entry = self.format.read(line, number)?;
        self.end.sealed = F::is_seal(&entry);
        Ok((number, entry))
    }

    /// Returns where the chain ends, as far as it was followed.
    pub fn end(&self) -> &ChainEnd {
        &self.end
    }

    /// Returns what the format knows of the lines so far.
    pub fn format(&self) -> &F {
        &self.format
    }
}

/// Checks that a first line names this format in a version up to `newest`, whatever else it has. Returns its version.
///
/// # Errors
/// When it names another format, a newer version, or none.
pub fn check_opening<F: ChainFormat>(
    line: &[u8],
    format: &str,
    newest: u32,
) -> Result<u32, ChainError> {
    #[derive(Deserialize)]
    struct Opening {
        format: Option<String>,
        version: Option<u32>,
    }
    let opening = serde_json::from_slice::<Opening>(line).ok();
    let opening = opening.filter(|opening| opening.format.as_deref() == Some(format));
    match opening.and_then(|opening| opening.version) {
        Some(found) if (1..=newest).contains(&found) => Ok(found),
        Some(found) => Err(ChainError::OtherVersion {
            format: F::NAME,
            found,
            known: newest,
        }),
        None => Err(ChainError::OtherFormat(F::NAME)),
    }
}
