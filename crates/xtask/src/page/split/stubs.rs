//! What a part has beside the program's own: what stands in for later parts, and says which are there.

use anyhow::Result;
use wasm_encoder::{BlockType, Function, GlobalType, ValType};

use super::{division::Stub, program::Program};

/// What a part has beside the program's own.
pub(super) struct Added {
    /// The global that says which part came last.
    pub(super) latest: u32,
    /// The type of a function that takes a part's number.
    pub(super) takes_number: u32,
    /// The type of one that takes nothing.
    pub(super) takes_nothing: u32,
    /// The function that fetches a part.
    pub(super) fetch: u32,
}

/// The type of the global that says which part came last.
pub(super) fn latest() -> GlobalType {
    GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    }
}

/// A function that says that a part is there.
pub(super) fn is_here(added: &Added, number: u32) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.i32_const(number.cast_signed())
        .global_set(added.latest)
        .end();
    function
}

/// A function that returns when a part is there.
pub(super) fn awaits(added: &Added) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.global_get(added.latest)
        .local_get(0)
        .i32_lt_u()
        .if_(BlockType::Empty)
        .local_get(0)
        .call(added.fetch)
        .end()
        .end();
    function
}

/// A function in place of one of a later part: it calls what is in the slot once that part is there.
pub(super) fn stands_in(program: &Program<'_>, stub: Stub, awaited: u32) -> Result<Function> {
    let kind = program.type_of(stub.function)?;
    let parameters = program
        .types
        .get(kind as usize)
        .map_or(0, |kind| kind.params().len());
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.i32_const(stub.part.cast_signed()).call(awaited);
    for parameter in 0..u32::try_from(parameters)? {
        code.local_get(parameter);
    }
    code.i32_const(stub.slot.cast_signed())
        .call_indirect(0, kind)
        .end();
    Ok(function)
}
