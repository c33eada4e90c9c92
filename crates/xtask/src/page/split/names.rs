//! Which functions are needed before the first rows: a list that is kept in the repository.
//!
//! A function is known by a hash of its name. The name has no hashes of crates in it, so that it stays the same from
//! one build to the next. A list that is out of date costs time, and nothing else.

use std::{collections::HashSet, fmt::Write as _};

use anyhow::{Context, Result};
use rustc_demangle::demangle;
use sha2::{Digest, Sha256};

use super::program::Program;

const HEAD: &str = "\
# The functions of the console that run until the first rows are drawn, by the first eight digits of the SHA-256 of
# each name. `cargo xtask first-part` writes this list.
";

/// The wanted functions.
#[derive(Debug, Default)]
pub struct FirstPart(HashSet<u32>);

impl FirstPart {
    /// Reads the list.
    pub fn read(text: &str) -> Result<Self> {
        let mut wanted = HashSet::new();
        for word in text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
        {
            let hash = u32::from_str_radix(word, 16).with_context(|| word.to_owned())?;
            wanted.insert(hash);
        }
        Ok(Self(wanted))
    }

    /// Writes the list.
    pub fn write(&self) -> String {
        let mut hashes: Vec<u32> = self.0.iter().copied().collect();
        hashes.sort_unstable();
        let mut text = HEAD.to_owned();
        for line in hashes.chunks(12) {
            let words: Vec<String> = line.iter().map(|hash| format!("{hash:08x}")).collect();
            let _ = writeln!(text, "{}", words.join(" "));
        }
        text
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the list of the functions with these indices.
    pub(super) fn of(program: &Program<'_>, functions: &[u32]) -> Self {
        let named = functions.iter().filter_map(|at| program.names.get(at));
        Self(named.map(|name| hash(name)).collect())
    }

    /// Returns whether a function is in the list.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&hash(name))
    }
}

/// A name without the hashes of crates, which differ from one machine to another.
fn hash(name: &str) -> u32 {
    let digest = Sha256::digest(format!("{:#}", demangle(name)));
    digest
        .iter()
        .take(4)
        .fold(0, |hash, byte| hash << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_another_build() {
        let of = |crate_hash: &str| hash(&format!("_RNvNtC{crate_hash}_5alloc3vec4grow"));
        assert_eq!(of("s8wZsn1x2k3"), of("s1aBcD2eF3g"));
        assert_ne!(
            of("s8wZsn1x2k3"),
            hash("_RNvNtCs8wZsn1x2k3_5alloc3vec6shrink")
        );
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let list = FirstPart([7, u32::MAX, 0].into());
        let text = list.write();
        assert!(text.ends_with("\n00000000 00000007 ffffffff\n"), "{text}");
        assert_eq!(FirstPart::read(&text).unwrap().0, list.0);
        assert!(FirstPart::read("not a number").is_err());
    }
}
