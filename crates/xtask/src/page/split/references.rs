//! Which constants only the second part refers to: they come with it.
//!
//! The linker says of each function and of each constant to which constants it refers (`--emit-relocs`). What no function
//! of the first part can reach, directly or over other constants, is not needed before the second part is there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use anyhow::{Context, Result};
use wasmparser::{
    KnownCustom, Linking, Name, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo,
};

use super::program::place_of_data;

/// The name that the linker gives to what is never written.
const CONSTANTS: &str = ".rodata";

/// A constant: its place in the memory.
type Place = Range<u32>;

/// Who refers to which constants, in a module as the linker writes it.
#[derive(Default)]
pub(super) struct References {
    /// All constants together.
    pub(super) constants: Place,
    /// Each constant by the index of its symbol.
    places: HashMap<u32, Place>,
    /// By the name of a function: the symbols that it refers to.
    of_functions: HashMap<String, Vec<u32>>,
    /// By the place of the reference in the memory: the symbol that a constant refers to.
    of_constants: BTreeMap<u32, u32>,
    /// The symbols that data refers to which is written at run time.
    of_variables: Vec<u32>,
}

/// The parts of a module that tell it, as they are read.
#[derive(Default)]
struct Linked<'a> {
    imported: u32,
    /// Where each body is, from the beginning of the section.
    bodies: Vec<Range<u64>>,
    /// Where each segment is in the section, and in the memory.
    segments: Vec<(Range<u64>, u32)>,
    code: Option<(u32, u64)>,
    data: Option<(u32, u64)>,
    symbols: Vec<SymbolInfo<'a>>,
    relocations: Vec<(u32, Vec<RelocationEntry>)>,
    names: HashMap<u32, &'a str>,
    constants: Option<u32>,
}

impl References {
    /// Reads a linked module.
    pub(super) fn read(wasm: &[u8]) -> Result<Self> {
        let mut linked = Linked::default();
        let mut section = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            let is_section = payload.as_section().is_some();
            linked.take(payload, section)?;
            section += u32::from(is_section);
        }
        linked.references()
    }

    /// Returns the constants that these functions cannot reach, as far as the linker knows them, in order and without
    /// overlaps.
    pub(super) fn not_reached_from<'n>(
        &self,
        functions: impl Iterator<Item = &'n str>,
    ) -> Vec<Place> {
        let reached = self.reached_from(functions);
        let mut others: Vec<&Place> = self.places.values().collect();
        others.sort_by_key(|place| place.start);
        let mut apart: Vec<Place> = Vec::new();
        for place in others {
            let start = apart
                .last()
                .map_or(place.start, |last| last.end.max(place.start));
            apart.extend(without(start..place.end, &reached));
        }
        apart
    }

    /// Returns the places of the constants that these functions can reach, in order.
    fn reached_from<'n>(&self, functions: impl Iterator<Item = &'n str>) -> Vec<Place> {
        let mut reached = HashSet::new();
        let mut open: Vec<u32> = functions
            .filter_map(|name| self.of_functions.get(name))
            .flatten()
            .chain(&self.of_variables)
            .copied()
            .collect();
        while let Some(symbol) = open.pop() {
            let Some(place) = self.places.get(&symbol).filter(|_| reached.insert(symbol)) else {
                continue;
            };
            open.extend(
                self.of_constants
                    .range(place.clone())
                    .map(|(_, symbol)| *symbol),
            );
        }
        let mut places: Vec<Place> = reached
            .into_iter()
            .filter_map(|symbol| self.places.get(&symbol).cloned())
            .collect();
        places.sort_by_key(|place| place.start);
        places
    }

    /// Returns whether the linker knows this function.
    pub(super) fn knows(&self, function: &str) -> bool {
        self.of_functions.contains_key(function)
    }
}

impl<'a> Linked<'a> {
    fn take(&mut self, payload: Payload<'a>, section: u32) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                let imports = imports.into_imports().collect::<Result<Vec<_>, _>>()?;
                let functions = imports
                    .iter()
                    .filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
                self.imported = functions.count().try_into()?;
            }
            Payload::CodeSectionStart {
                unchecked_range, ..
            } => self.code = Some((section, unchecked_range.start)),
            Payload::CodeSectionEntry(body) => self.bodies.push(body.range()),
            Payload::DataSection(segments) => {
                self.data = Some((section, segments.range().start));
                for segment in segments {
                    let segment = segment?;
                    let place = place_of_data(&segment)?;
                    let end = segment.range.end;
                    let start = end - u64::try_from(segment.data.len())?;
                    self.segments.push((start..end, place));
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Linking(linking) => {
                    for part in linking {
                        if let Linking::SymbolTable(symbols) = part? {
                            self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => {
                    let entries = relocations
                        .entries()
                        .into_iter()
                        .collect::<Result<_, _>>()?;
                    self.relocations
                        .push((relocations.section_index(), entries));
                }
                KnownCustom::Name(names) => {
                    for part in names {
                        match part? {
                            Name::Function(functions) => {
                                for name in functions {
                                    let name = name?;
                                    self.names.insert(name.index, name.name);
                                }
                            }
                            Name::Data(segments) => {
                                for name in segments {
                                    let name = name?;
                                    if name.name == CONSTANTS {
                                        self.constants = Some(name.index);
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn references(self) -> Result<References> {
        let segment = self.constants.context("no segment of constants")?;
        let (_, base) = *self
            .segments
            .get(segment as usize)
            .context("no segment of constants")?;
        let mut found = References::default();
        let (code, code_start) = self.code.context("no code")?;
        let (data, data_start) = self.data.context("no data")?;
        for (index, symbol) in (0..).zip(&self.symbols) {
            if let SymbolInfo::Data {
                symbol: Some(defined),
                ..
            } = symbol
                && defined.index == segment
            {
                let start = base + defined.offset;
                found.places.insert(index, start..start + defined.size);
            }
        }
        let (range, _) = &self.segments[segment as usize];
        found.constants = base..base + u32::try_from(range.end - range.start)?;
        for name in self.names.values() {
            found.of_functions.insert((*name).to_owned(), Vec::new());
        }
        for (section, entries) in &self.relocations {
            for entry in entries.iter().filter(|entry| is_memory(entry.ty)) {
                if *section == code {
                    let at = code_start + u64::from(entry.offset);
                    let body = self.bodies.partition_point(|body| body.end <= at);
                    let function = self.imported + u32::try_from(body)?;
                    let name = self
                        .names
                        .get(&function)
                        .with_context(|| format!("function {function} has no name"))?;
                    found
                        .of_functions
                        .entry((*name).to_owned())
                        .or_default()
                        .push(entry.index);
                } else if *section == data {
                    let at = data_start + u64::from(entry.offset);
                    if at >= range.start && at < range.end {
                        let at = base + u32::try_from(at - range.start)?;
                        found.of_constants.insert(at, entry.index);
                    } else {
                        found.of_variables.push(entry.index);
                    }
                }
            }
        }
        Ok(found)
    }
}

/// Returns what is left of a place when others are taken out of it. They are in order of their beginning.
fn without(place: Place, others: &[Place]) -> Vec<Place> {
    let mut left = Vec::new();
    let mut at = place.start;
    for other in others
        .iter()
        .filter(|other| other.end > place.start && other.start < place.end)
    {
        if at < other.start {
            left.push(at..other.start);
        }
        at = at.max(other.end);
    }
    if at < place.end {
        left.push(at..place.end);
    }
    left
}

fn is_memory(kind: RelocationType) -> bool {
    matches!(
        kind,
        RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_over_other_constants_is_reached() {
        let references = References {
            constants: 100..200,
            places: HashMap::from([(0, 100..110), (1, 110..120), (2, 120..150), (3, 140..160)]),
            of_functions: HashMap::from([("a".to_owned(), vec![0]), ("b".to_owned(), vec![2])]),
            // The first refers to the second.
            of_constants: BTreeMap::from([(104, 1)]),
            of_variables: vec![3],
        };
        let later = |functions: &[&str]| references.not_reached_from(functions.iter().copied());
        // The third shares bytes with one that a variable refers to.
        let shared = 120..140;
        assert_eq!(later(&["a"]), [shared]);
        assert_eq!(later(&["b"]), [100..110, 110..120]);
        assert_eq!(later(&["a", "b"]), []);
        assert_eq!(later(&[]), [100..110, 110..120, 120..140]);
    }
}
