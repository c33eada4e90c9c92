//! Which function goes into which part, and how one part calls the other.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result};

use super::program::Program;

/// Returns the functions of each part that are defined in the module, in the order in which the parts come. `wanted` says
/// of a name in which part it is wanted; what has no name is in the first, and with each part comes what it calls by name
/// and later parts would bring, if that has no more than `small` bytes.
pub(super) fn assign(
    program: &Program<'_>,
    count: usize,
    wanted: impl Fn(&str) -> usize,
    small: usize,
) -> Result<Vec<Vec<u32>>> {
    let mut part_of: HashMap<u32, usize> = program
        .defined()
        .map(|function| {
            let name = program.names.get(&function);
            (function, name.map_or(0, |name| wanted(name)))
        })
        .collect();
    let mut parts = Vec::new();
    for part in 0..count {
        let mut functions: Vec<u32> = program
            .defined()
            .filter(|function| part_of.get(function) == Some(&part))
            .collect();
        let mut at = 0;
        while let Some(function) = functions.get(at).copied() {
            at += 1;
            for called in program.calls(function)? {
                let is_later = part_of.get(&called).is_some_and(|of| *of > part);
                if is_later && program.body(called)?.as_bytes().len() <= small {
                    part_of.insert(called, part);
                    functions.push(called);
                }
            }
        }
        functions.sort_unstable();
        parts.push(functions);
    }
    Ok(parts)
}

/// A module divided into parts, which come one after the other.
pub(super) struct Division {
    /// The parts.
    pub(super) parts: Vec<Part>,
    /// How many slots the table has, with those of the stubs.
    pub(super) slots: u32,
}

/// A part of a module.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Its functions.
    pub(super) functions: Vec<u32>,
    /// Functions of later parts that it may call.
    pub(super) stubs: Vec<Stub>,
    /// Its functions that later parts call by name.
    pub(super) lent: Vec<u32>,
    /// Functions of earlier parts that it calls by name.
    pub(super) borrowed: Vec<u32>,
    /// Imported functions that it calls, or puts into slots.
    pub(super) imports: BTreeSet<u32>,
}

/// What stands in for a function of a later part: until that part is there, it fetches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stub {
    /// The function.
    pub(super) function: u32,
    /// Its slot in the table of functions.
    pub(super) slot: u32,
    /// The number of the part that brings it.
    pub(super) part: u32,
}

impl Division {
    /// Divides a program into these parts. `is_reached` says whether a part or those before it may call a function by
    /// its slot.
    pub(super) fn new(
        program: &Program<'_>,
        parts: Vec<Vec<u32>>,
        is_reached: impl Fn(usize, u32) -> bool,
    ) -> Result<Self> {
        let part_of: HashMap<u32, usize> = parts
            .iter()
            .enumerate()
            .flat_map(|(part, functions)| functions.iter().map(move |function| (*function, part)))
            .collect();
        let table = program.tables.first().context("no table of functions")?;
        let mut slots = Slots::new(program, u32::try_from(table.initial)?);
        let mut made: Vec<Part> = Vec::new();
        let mut placed = HashSet::new();
        for (number, functions) in parts.into_iter().enumerate() {
            let mut called = BTreeSet::new();
            for function in &functions {
                called.extend(program.calls(*function)?);
            }
            if number == 0 {
                called.extend(program.exported());
            }
            let part_of = |function: u32| part_of.get(&function).copied();
            // What a part brings is put into its slots by that part, reached or not.
            let is_brought = |function: u32| part_of(function).is_some_and(|of| of <= number);
            let in_slots = program.slots().map(|(_, function)| function);
            let newly = in_slots.filter(|at| !is_brought(*at) && is_reached(number, *at));
            called.extend(newly.filter(|function| placed.insert(*function)));
            let mut part = Part::default();
            for function in called {
                match part_of(function) {
                    None => drop(part.imports.insert(function)),
                    Some(of) if of > number => part.stubs.push(Stub {
                        function,
                        slot: slots.of(function),
                        part: u32::try_from(of)?,
                    }),
                    Some(of) if of < number => part.borrowed.push(function),
                    Some(_) => {}
                }
            }
            // Neighbours in the table are neighbours in the module: numbers that grow compress well.
            part.stubs.sort_by_key(|stub| stub.slot);
            part.functions = functions;
            made.push(part);
        }
        let borrowed: BTreeSet<u32> = made.iter().flat_map(|part| part.borrowed.clone()).collect();
        for (number, part) in made.iter_mut().enumerate() {
            let own = borrowed.iter().copied();
            part.lent = own
                .filter(|function| part_of.get(function) == Some(&number))
                .collect();
        }
        Ok(Self {
            parts: made,
            slots: slots.count,
        })
    }
}

/// The slots of the table: the first of each function, and those that are added.
struct Slots {
    places: HashMap<u32, u32>,
    count: u32,
}

impl Slots {
    fn new(program: &Program<'_>, count: u32) -> Self {
        let mut places = HashMap::new();
        for (slot, function) in program.slots() {
            places.entry(function).or_insert(slot);
        }
        Self { places, count }
    }

    fn of(&mut self, function: u32) -> u32 {
        *self.places.entry(function).or_insert_with(|| {
            self.count += 1;
            self.count - 1
        })
    }
}
