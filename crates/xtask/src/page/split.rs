//! Divides the program into parts that come one after the other: what runs until the first requests are answered, what
//! runs until the first rows are drawn, and the rest.
//!
//! A part has a stub for each function of a later one that it may call. A stub asks the page for that part if it is not
//! there yet (`web/start.js`), and then calls the function. All have one memory and one table of functions. Which
//! functions are in which part is in lists in the repository (`web/parts.txt`).

mod constants;
mod division;
mod encode;
mod names;
mod parts;
mod program;
mod references;
mod stubs;

pub use names::Lists;
pub use parts::Renamed;

use anyhow::{Context, Result, bail};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Operator, Parser, Payload};

use division::{Division, assign};
use program::Program;
use references::References;

/// So many bytes of code come with a part whether the list has them or not, where it calls them: a stub in their place
/// is hardly smaller, and what rarely runs is often as small.
const SMALL: usize = 32;

/// Divides a module as wasm-bindgen writes it, with the names of its functions. `linked` is the same as the linker wrote
/// it, with what refers to what. What it imports and exports gets the names that are `renamed`.
pub fn split(wasm: &[u8], linked: &[u8], lists: &Lists, renamed: &Renamed) -> Result<Vec<Vec<u8>>> {
    let program = Program::read(wasm)?;
    let references = References::read(linked)?;
    let parts = assign(&program, Lists::PARTS, |name| lists.part_of(name), SMALL)?;
    let mut there = Vec::new();
    let mut reached = Vec::new();
    for functions in &parts {
        there.extend(known(&program, functions, &references)?);
        reached.push(references.reached_from(there.iter().copied()));
    }
    let division = Division::new(&program, parts, |part, function| {
        let name = program.names.get(&function);
        let reached = reached.get(part);
        name.is_none_or(|name| reached.is_none_or(|reached| reached.has_slot(name)))
    })?;
    let all_but_last = reached.iter().take(Lists::PARTS - 1);
    let later: Vec<_> = all_but_last.map(constants::later).collect();
    parts::write(&program, &division, &later, renamed)
}

/// Returns the names of those functions that the linker knows. The others were written by wasm-bindgen, and refer to no
/// constant and call nothing by its slot.
fn known<'a>(
    program: &Program<'a>,
    functions: &[u32],
    references: &References,
) -> Result<Vec<&'a str>> {
    let mut known = Vec::new();
    for function in functions {
        match program.names.get(function) {
            Some(name) if references.knows(name) => known.push(*name),
            name => {
                let refers = program.body(*function)?.get_operators_reader()?.into_iter();
                for operator in refers {
                    match operator? {
                        Operator::I32Const { value }
                            if references.constants.contains(&value.cast_unsigned()) => {}
                        Operator::CallIndirect { .. } | Operator::ReturnCallIndirect { .. } => {}
                        _ => continue,
                    }
                    bail!(
                        "the linker does not know the function {name:?}, and it may refer to constants or slots"
                    );
                }
            }
        }
    }
    Ok(known)
}

/// Returns a linked module without what the linker says of it, which wasm-bindgen does not know how to keep.
pub fn without_relocations(linked: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        let is_about_links = matches!(&payload, Payload::CustomSection(custom)
            if custom.name().starts_with("reloc.") || custom.name() == "linking");
        if let Some((id, range)) = payload.as_section().filter(|_| !is_about_links) {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = linked.get(range).context("a section ends early")?;
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// Makes a module that tells of each function that is called.
pub fn profiled(wasm: &[u8]) -> Result<Vec<u8>> {
    let program = Program::read(wasm)?;
    let division = Division::new(&program, assign(&program, 1, |_| 0, 0)?, |_, _| true)?;
    parts::write_profiled(&program, &division)
}

/// Returns the lists of the functions that were called for each part, of their indices.
pub fn lists(wasm: &[u8], called: &[Vec<u32>]) -> Result<Lists> {
    Ok(Lists::of(&Program::read(wasm)?, called))
}

#[cfg(test)]
mod tests;
