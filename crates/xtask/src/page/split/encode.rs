//! Writing parts of a module with other indices of functions.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::{
    CodeSection, Function, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::FunctionBody;

use super::program::Program;

/// The index of each function in the module that is written.
#[derive(Debug, Default)]
pub(super) struct Renumbered(HashMap<u32, u32>);

impl Renumbered {
    /// Gives the next index to a function.
    pub(super) fn push(&mut self, function: u32) {
        self.set(function, self.next());
    }

    /// Gives an index to a function.
    pub(super) fn set(&mut self, function: u32, index: u32) {
        self.0.insert(function, index);
    }

    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Returns the new index of a function.
    pub(super) fn of(&self, function: u32) -> Result<u32> {
        let found = self.0.get(&function).copied();
        found.with_context(|| format!("function {function} is in no part"))
    }

    /// Writes a body behind `before`.
    pub(super) fn body(
        &mut self,
        code: &mut CodeSection,
        body: &FunctionBody<'_>,
        before: impl FnOnce(&mut Function),
    ) -> Result<()> {
        let mut function = written(self.new_function_with_parsed_locals(body))?;
        before(&mut function);
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let instruction = written(self.parse_instruction(&mut operators))?;
            function.instruction(&instruction);
        }
        code.function(&function);
        Ok(())
    }
}

impl Reencode for Renumbered {
    type Error = anyhow::Error;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        self.of(function).map_err(Error::UserError)
    }
}

/// Returns what was written, or why not.
pub(super) fn written<T>(result: Result<T, Error<anyhow::Error>>) -> Result<T> {
    result.map_err(|error| anyhow!("{error}"))
}

/// Writes the types, with their indices.
pub(super) fn types(program: &Program<'_>) -> Result<TypeSection> {
    let mut types = TypeSection::new();
    for kind in &program.types {
        let kind = written(Renumbered::default().func_type(kind.clone()))?;
        types.ty().func_type(&kind);
    }
    Ok(types)
}
