//! Which function goes into which part, and how one part calls the other.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};

use super::program::Program;

/// The functions of the first and of the second part that are defined in the module.
pub(super) type Halves = (Vec<u32>, Vec<u32>);

/// Returns the halves of a program. What `wanted` takes, by name, and what has no name go into the first part, and with
/// them what they call by name that has no more than `small` bytes.
pub(super) fn halves(
    program: &Program<'_>,
    wanted: impl Fn(&str) -> bool,
    small: usize,
) -> Result<Halves> {
    let (mut first, second): Halves = program.defined().partition(|function| {
        let name = program.names.get(function);
        name.is_none_or(|name| wanted(name))
    });
    let mut second: BTreeSet<u32> = second.into_iter().collect();
    let mut at = 0;
    while let Some(function) = first.get(at).copied() {
        at += 1;
        for called in program.calls(function)? {
            if second.contains(&called) && program.body(called)?.as_bytes().len() <= small {
                second.remove(&called);
                first.push(called);
            }
        }
    }
    first.sort_unstable();
    Ok((first, second.into_iter().collect()))
}

/// A module divided in two.
pub(super) struct Division {
    /// The functions of the first part that are defined in the module.
    pub(super) first: Vec<u32>,
    /// The functions of the second part.
    pub(super) second: Vec<u32>,
    /// The functions of the second part that the first part may call, each with its slot in the table of functions.
    /// Until the second part is there, a stub in the slot fetches it.
    pub(super) stubs: Vec<(u32, u32)>,
    /// How many slots the table has, with those of the stubs.
    pub(super) slots: u32,
    /// Functions of the first part that the second part calls.
    pub(super) lent: Vec<u32>,
    /// Imported functions that the first part calls, and those that the second part calls.
    pub(super) imports: (BTreeSet<u32>, BTreeSet<u32>),
}

impl Division {
    /// Divides a program in these halves, the first of which may call functions by their slots for which
    /// `is_reached` says so, and others by name only.
    pub(super) fn new(
        program: &Program<'_>,
        (first, second): Halves,
        is_reached: impl Fn(u32) -> bool,
    ) -> Result<Self> {
        let is_second: BTreeSet<u32> = second.iter().copied().collect();
        let is_import = |function: &u32| *function < program.imported();

        let mut of_first: BTreeSet<u32> = program.exported().collect();
        let in_slots = program.slots().map(|(_, function)| function);
        of_first.extend(in_slots.filter(|function| is_reached(*function)));
        for function in &first {
            of_first.extend(program.calls(*function)?);
        }
        let mut of_second = BTreeSet::new();
        for function in &second {
            of_second.extend(program.calls(*function)?);
        }

        let table = program.tables.first().context("no table of functions")?;
        let mut slots = u32::try_from(table.initial)?;
        let places = places(program);
        let mut stubs = Vec::new();
        for function in of_first.iter().filter(|called| is_second.contains(called)) {
            let slot = places.get(function).copied().unwrap_or_else(|| {
                slots += 1;
                slots - 1
            });
            stubs.push((*function, slot));
        }
        // Neighbours in the table are neighbours in the module: numbers that grow compress well.
        stubs.sort_by_key(|(_, slot)| *slot);
        Ok(Self {
            stubs,
            slots,
            lent: of_second
                .iter()
                .copied()
                .filter(|called| !is_import(called) && !is_second.contains(called))
                .collect(),
            imports: (
                of_first.into_iter().filter(is_import).collect(),
                of_second.into_iter().filter(is_import).collect(),
            ),
            first,
            second,
        })
    }
}

/// Returns the first slot of each function in the table.
fn places(program: &Program<'_>) -> HashMap<u32, u32> {
    let mut places = HashMap::new();
    for (slot, function) in program.slots() {
        places.entry(function).or_insert(slot);
    }
    places
}
