//! Divides the program in two: what runs until the first rows are drawn, and the rest.
//!
//! The first part has a stub for each function of the second that it may call. A stub asks the page for the second part
//! if it is not there yet (`web/start.js`), and then calls the function. Both have one memory and one table of
//! functions. Which functions are in the first part is a list in the repository (`web/first-part.txt`).

mod constants;
mod division;
mod encode;
mod names;
mod parts;
mod program;
mod references;

pub use names::FirstPart;
pub use parts::Parts;

use anyhow::{Context, Result};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};

use division::Division;
use program::Program;
use references::References;

/// Divides a module as wasm-bindgen writes it, with the names of its functions. `linked` is the same as the linker wrote
/// it, with what refers to what.
pub fn split(wasm: &[u8], linked: &[u8], wanted: &FirstPart) -> Result<Parts> {
    let program = Program::read(wasm)?;
    let division = Division::new(&program, |name| wanted.has(name))?;
    let later = constants::later(&program, &division, &References::read(linked)?)?;
    parts::write(&program, &division, &later)
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
    let division = Division::new(&program, |_| true)?;
    parts::write_profiled(&program, &division)
}

/// Returns the list of functions that were called, of their indices.
pub fn first_part(wasm: &[u8], called: &[u32]) -> Result<FirstPart> {
    Ok(FirstPart::of(&Program::read(wasm)?, called))
}

#[cfg(test)]
mod tests;
