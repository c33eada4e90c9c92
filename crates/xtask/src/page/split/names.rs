//! Which functions come in which part: lists that are kept in the repository.
//!
//! A function is known by a hash of its name. The name has no hashes of crates in it, so that it stays the same from
//! one build to the next. Lists that are out of date cost time, and nothing else.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use anyhow::{Context, Result};
use rustc_demangle::demangle;
use sha2::{Digest, Sha256};

use super::program::Program;

const HEAD: &str = "\
# In which part of the program its functions come, by the first eight digits of the SHA-256 of each name. What is not
# here comes last. `cargo xtask parts` writes these lists.
";
/// What comes before the list of each part.
const PARTS: [&str; 3] = [
    "## What runs until the first requests are answered",
    "## What runs until the first rows are drawn",
    "## What runs until Applivery's first rows are drawn",
];

/// The functions that are wanted in each part but the last.
#[derive(Debug, Default)]
pub struct Lists(HashMap<u32, usize>);

impl Lists {
    /// How many parts there are.
    pub(super) const PARTS: usize = PARTS.len() + 1;

    /// Reads the lists.
    pub fn read(text: &str) -> Result<Self> {
        let mut wanted = HashMap::new();
        let mut part = None;
        for line in text.lines() {
            if line.starts_with("##") {
                let at = PARTS.iter().position(|head| *head == line);
                part = Some(at.with_context(|| line.to_owned())?);
            } else if !line.starts_with('#') && !line.is_empty() {
                let part = part.with_context(|| format!("{line}: of no part"))?;
                for word in line.split_whitespace() {
                    let hash = u32::from_str_radix(word, 16).with_context(|| word.to_owned())?;
                    wanted.entry(hash).or_insert(part);
                }
            }
        }
        Ok(Self(wanted))
    }

    /// Writes the lists.
    pub fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        let mut parts: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (hash, part) in &self.0 {
            parts.entry(*part).or_default().push(*hash);
        }
        for (part, mut hashes) in parts {
            hashes.sort_unstable();
            let _ = writeln!(text, "\n{}", PARTS.get(part).unwrap_or(&""));
            for line in hashes.chunks(12) {
                let words: Vec<String> = line.iter().map(|hash| format!("{hash:08x}")).collect();
                let _ = writeln!(text, "{}", words.join(" "));
            }
        }
        text
    }

    /// Returns how many functions are wanted in a part.
    pub fn len(&self, part: usize) -> usize {
        self.0.values().filter(|of| **of == part).count()
    }

    /// Returns the lists of the functions with these indices; what is in several is in the first.
    pub(super) fn of(program: &Program<'_>, parts: &[Vec<u32>]) -> Self {
        let mut wanted = HashMap::new();
        for (part, functions) in parts.iter().enumerate() {
            for name in functions.iter().filter_map(|at| program.names.get(at)) {
                wanted.entry(hash(name)).or_insert(part);
            }
        }
        Self(wanted)
    }

    /// Returns the part in which a function is wanted.
    pub(super) fn part_of(&self, name: &str) -> usize {
        let part = self.0.get(&hash(name)).copied();
        part.unwrap_or(Self::PARTS - 1)
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
    fn lists_are_read_as_they_were_written() {
        let lists = Lists([(7, 1), (u32::MAX, 0), (0, 1)].into());
        let text = lists.write();
        assert!(text.ends_with("drawn\n00000000 00000007\n"), "{text}");
        assert_eq!(Lists::read(&text).unwrap().0, lists.0);
        assert_eq!((lists.len(0), lists.len(1)), (1, 2));
        for wrong in [
            "00000007",
            "## Another part\n",
            &format!("{text}not a number"),
        ] {
            assert!(Lists::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_in_no_list_comes_last() {
        let lists = Lists([(hash("known"), 1)].into());
        assert_eq!((lists.part_of("known"), lists.part_of("new")), (1, 3));
    }
}
