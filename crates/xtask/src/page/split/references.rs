//! What a part can reach, of constants and of functions that are called by their slot in the table.
//!
//! The linker says of each function and of each constant to which constants and slots it refers (`--emit-relocs`). What
//! no function of a part or of those before it can reach, directly or over constants, is not needed before the next is there.

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

/// Who refers to which constants and slots, in a module as the linker writes it.
#[derive(Default)]
pub(super) struct References {
    /// All constants together.
    pub(super) constants: Place,
    /// Each constant by the index of its symbol.
    places: HashMap<u32, Place>,
    /// The name of each function by the index of its symbol.
    functions: HashMap<u32, String>,
    /// By the name of a function: the symbols that it refers to.
    of_functions: HashMap<String, Vec<u32>>,
    /// By the place of the reference in the memory: the symbol that a constant refers to.
    of_constants: BTreeMap<u32, u32>,
    /// The symbols that data refers to which is written at run time.
    of_variables: Vec<u32>,
}

/// What some functions can reach.
pub(super) struct Reached<'r> {
    references: &'r References,
    symbols: HashSet<u32>,
    /// The names of the functions that can be called by their slots.
    slots: HashSet<&'r str>,
}

impl Reached<'_> {
    /// Returns whether this function can be called by its slot, as far as the linker knows it.
    pub(super) fn has_slot(&self, function: &str) -> bool {
        self.slots.contains(function) || !self.references.knows(function)
    }

    /// Returns the constants that cannot be reached, as far as the linker knows them, in order and without overlaps.
    pub(super) fn other_constants(&self) -> Vec<Place> {
        let places = &self.references.places;
        let mut reached: Vec<Place> = self
            .symbols
            .iter()
            .filter_map(|symbol| places.get(symbol).cloned())
            .collect();
        reached.sort_by_key(|place| place.start);
        let mut others: Vec<&Place> = places.values().collect();
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

    /// Returns what these functions can reach.
    pub(super) fn reached_from<'n>(&self, functions: impl Iterator<Item = &'n str>) -> Reached<'_> {
        let mut symbols = HashSet::new();
        let mut open: Vec<u32> = functions
            .filter_map(|name| self.of_functions.get(name))
            .flatten()
            .chain(&self.of_variables)
            .copied()
            .collect();
        while let Some(symbol) = open.pop() {
            if !symbols.insert(symbol) {
                continue;
            }
            if let Some(place) = self.places.get(&symbol) {
                let within = self.of_constants.range(place.clone());
                open.extend(within.map(|(_, symbol)| *symbol));
            }
        }
        let named = symbols
            .iter()
            .filter_map(|symbol| self.functions.get(symbol));
        Reached {
            slots: named.map(String::as_str).collect(),
            references: self,
            symbols,
        }
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
        for (index, symbol) in (0..).zip(&self.symbols) {
            if let SymbolInfo::Func { index: at, .. } = symbol
                && let Some(name) = self.names.get(at)
            {
                found.functions.insert(index, (*name).to_owned());
            }
        }
        let (range, _) = &self.segments[segment as usize];
        found.constants = base..base + u32::try_from(range.end - range.start)?;
        for name in self.names.values() {
            found.of_functions.insert((*name).to_owned(), Vec::new());
        }
        for (section, entries) in &self.relocations {
            for entry in entries.iter().filter(|entry| is_address(entry.ty)) {
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

/// Returns whether a relocation is of an address in the memory or of a slot in the table.
fn is_address(kind: RelocationType) -> bool {
    matches!(
        kind,
        RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32
            | RelocationType::TableIndexSleb
            | RelocationType::TableIndexI32
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
            functions: HashMap::from([(7, "called".to_owned()), (8, "by a variable".to_owned())]),
            of_functions: [
                ("a", vec![0]),
                ("b", vec![2]),
                ("called", vec![]),
                ("by a variable", vec![]),
            ]
            .map(|(name, symbols)| (name.to_owned(), symbols))
            .into(),
            // The first refers to the second, and that to the slot of a function.
            of_constants: BTreeMap::from([(104, 1), (116, 7)]),
            of_variables: vec![3, 8],
        };
        let reached =
            |functions: &[&'static str]| references.reached_from(functions.iter().copied());
        let later = |functions| reached(functions).other_constants();
        // The third shares bytes with one that a variable refers to.
        let shared = 120..140;
        assert_eq!(later(&["a"]), [shared]);
        assert_eq!(later(&["b"]), [100..110, 110..120]);
        assert_eq!(later(&["a", "b"]), []);
        assert_eq!(later(&[]), [100..110, 110..120, 120..140]);

        assert!(reached(&["a"]).has_slot("called"));
        assert!(!reached(&["b"]).has_slot("called"));
        assert!(reached(&[]).has_slot("by a variable"));
        assert!(reached(&[]).has_slot("written after the linker"));
    }
}
