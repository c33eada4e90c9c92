//! The two modules of a divided program.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use anyhow::Result;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    InstructionSink, MemorySection, Module, TableSection, TypeSection, ValType, reencode::Reencode,
};

use super::{
    constants,
    division::Division,
    encode::{Renumbered, types, written},
    program::Program,
};

/// The name under which the second part imports from the first, and the first asks for the second.
const FIRST: &str = "first";
const SECOND: &str = "second";

/// The global of the first part that says whether the second is there; while a profile is made, it is the function
/// that was called last.
const READY: &str = "second_is_here";

/// Both modules.
pub struct Parts {
    /// What runs until the first rows are drawn.
    pub first: Vec<u8>,
    /// The rest.
    pub second: Vec<u8>,
}

/// Other names of what a program imports and exports.
pub type Renamed = BTreeMap<String, String>;

/// Writes the two parts of a program.
pub(super) fn write(
    program: &Program<'_>,
    division: &Division,
    later: &[Range<u32>],
    renamed: &Renamed,
) -> Result<Parts> {
    let names = Names::new(program, division, renamed);
    let (data, later) = constants::write(program, later)?;
    Ok(Parts {
        first: first(program, division, &names, &data, |_, _| {})?,
        second: second(program, division, &names, &later)?,
    })
}

/// Writes a program that tells of each function that is called, before it does anything: the global has the function's
/// index, and the page is asked for the second part.
pub(super) fn write_profiled(program: &Program<'_>, division: &Division) -> Result<Vec<u8>> {
    let renamed = Renamed::new();
    let names = Names::new(program, division, &renamed);
    let ready = u32::try_from(program.globals.len())?;
    let ask = u32::try_from(division.imports.0.len())?;
    let (data, _) = constants::write(program, &[])?;
    first(program, division, &names, &data, |index, function| {
        let mut code = function.instructions();
        code.i32_const(index.cast_signed())
            .global_set(ready)
            .call(ask);
    })
}

/// The names under which the first part exports what the second imports, and those that are renamed.
struct Names<'r> {
    renamed: &'r Renamed,
    lent: Vec<String>,
    memories: Vec<String>,
    tables: Vec<String>,
    globals: Vec<String>,
}

impl<'r> Names<'r> {
    fn new(program: &Program<'_>, division: &Division, renamed: &'r Renamed) -> Self {
        let exports = program.exports.iter();
        let taken: HashSet<&str> = exports
            .map(|export| new_name(renamed, export.name))
            .collect();
        let mut free = (0_u32..)
            .map(short)
            .filter(|name| !taken.contains(name.as_str()));
        let mut some = |count: usize| free.by_ref().take(count).collect::<Vec<_>>();
        Self {
            renamed,
            lent: some(division.lent.len()),
            memories: some(program.memories.len()),
            tables: some(program.tables.len()),
            globals: some(program.globals.len()),
        }
    }
}

fn new_name<'n>(renamed: &'n Renamed, name: &'n str) -> &'n str {
    renamed.get(name).map_or(name, String::as_str)
}

/// Returns a short name for a number.
fn short(mut number: u32) -> String {
    let mut name = String::new();
    loop {
        name.extend(char::from_digit(number % 36, 36));
        number /= 36;
        if number == 0 {
            return name;
        }
    }
}

/// The index of the global that says whether the second part is there, and of the type of what asks for it.
struct Added {
    ready: u32,
    ask: u32,
}

fn added(program: &Program<'_>, types: &mut TypeSection) -> Result<Added> {
    types.ty().function([], []);
    Ok(Added {
        ready: program.globals.len().try_into()?,
        ask: program.types.len().try_into()?,
    })
}

/// Writes the first part. `before` writes what each function does before its own instructions.
fn first(
    program: &Program<'_>,
    division: &Division,
    names: &Names<'_>,
    data: &DataSection,
    before: impl Fn(u32, &mut Function),
) -> Result<Vec<u8>> {
    let mut types = types(program)?;
    let added = added(program, &mut types)?;
    let mut new = Renumbered::default();

    let mut imports = ImportSection::new();
    for function in &division.imports.0 {
        import(program, names, &mut imports, *function);
        new.push(*function);
    }
    imports.import(SECOND, SECOND, EntityType::Function(added.ask));
    let ask = u32::try_from(division.imports.0.len())?;

    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for (index, function) in (ask + 1..).zip(&division.first) {
        new.set(*function, index);
        functions.function(program.type_of(*function)?);
    }
    let awaited = ask + 1 + u32::try_from(division.first.len())?;
    functions.function(added.ask);
    for (index, (function, _)) in (awaited + 1..).zip(&division.stubs) {
        new.set(*function, index);
        functions.function(program.type_of(*function)?);
    }
    for function in &division.first {
        new.body(&mut code, program.body(*function)?, |code| {
            before(*function, code);
        })?;
    }
    code.function(&await_second(&added, ask));
    for (function, slot) in &division.stubs {
        code.function(&stub(program, *function, *slot, awaited)?);
    }

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&tables(program, division)?);
    let mut memories = MemorySection::new();
    for memory in &program.memories {
        memories.memory(written(new.memory_type(*memory))?);
    }
    module.section(&memories);
    module.section(&globals(program, &mut new)?);
    module.section(&exports(program, division, names, &mut new, &added)?);
    module.section(&slots_of_first(program, division, &new)?);
    module.section(&code);
    module.section(data);
    Ok(module.finish())
}

fn second(
    program: &Program<'_>,
    division: &Division,
    names: &Names<'_>,
    data: &DataSection,
) -> Result<Vec<u8>> {
    let mut types = types(program)?;
    let added = added(program, &mut types)?;
    let mut new = Renumbered::default();

    let mut imports = ImportSection::new();
    for (function, name) in division.lent.iter().zip(&names.lent) {
        imports.import(
            FIRST,
            name,
            EntityType::Function(program.type_of(*function)?),
        );
        new.push(*function);
    }
    for function in &division.imports.1 {
        import(program, names, &mut imports, *function);
        new.push(*function);
    }
    for (memory, name) in program.memories.iter().zip(&names.memories) {
        imports.import(FIRST, name, written(new.memory_type(*memory))?);
    }
    for (kind, name) in table_types(program, division)?
        .into_iter()
        .zip(&names.tables)
    {
        imports.import(FIRST, name, kind);
    }
    for ((kind, _), name) in program.globals.iter().zip(&names.globals) {
        imports.import(FIRST, name, written(new.global_type(*kind))?);
    }
    imports.import(FIRST, READY, ready());

    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for function in &division.second {
        new.push(*function);
        functions.function(program.type_of(*function)?);
    }
    for function in &division.second {
        new.body(&mut code, program.body(*function)?, |_| {})?;
    }
    let start = new.next();
    functions.function(added.ask);
    let mut is_here = Function::new([]);
    is_here
        .instructions()
        .i32_const(1)
        .global_set(added.ready)
        .end();
    code.function(&is_here);

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&wasm_encoder::StartSection {
        function_index: start,
    });
    module.section(&slots_of_second(program, division, &new)?);
    module.section(&code);
    module.section(data);
    Ok(module.finish())
}

fn import(program: &Program<'_>, names: &Names<'_>, imports: &mut ImportSection, function: u32) {
    if let Some((import, kind)) = program.imports.get(function as usize) {
        let name = new_name(names.renamed, import.name);
        imports.import(import.module, name, EntityType::Function(*kind));
    }
}

fn ready() -> GlobalType {
    GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    }
}

/// A function that returns when the second part is there.
fn await_second(added: &Added, ask: u32) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.global_get(added.ready)
        .i32_eqz()
        .if_(BlockType::Empty)
        .call(ask)
        .end()
        .end();
    function
}

/// A function in place of one of the second part: it calls what is in the slot once that part is there.
fn stub(program: &Program<'_>, function: u32, slot: u32, awaited: u32) -> Result<Function> {
    let kind = program.type_of(function)?;
    let parameters = program
        .types
        .get(kind as usize)
        .map_or(0, |kind| kind.params().len());
    let mut stub = Function::new([]);
    let mut code: InstructionSink<'_> = stub.instructions();
    code.call(awaited);
    for parameter in 0..u32::try_from(parameters)? {
        code.local_get(parameter);
    }
    code.i32_const(slot.cast_signed())
        .call_indirect(0, kind)
        .end();
    Ok(stub)
}

fn table_types(program: &Program<'_>, division: &Division) -> Result<Vec<wasm_encoder::TableType>> {
    let mut kinds = Vec::new();
    for kind in &program.tables {
        kinds.push(written(Renumbered::default().table_type(*kind))?);
    }
    if let Some(functions) = kinds.first_mut() {
        functions.minimum = division.slots.into();
        functions.maximum = functions.maximum.map(|_| division.slots.into());
    }
    Ok(kinds)
}

fn tables(program: &Program<'_>, division: &Division) -> Result<TableSection> {
    let mut tables = TableSection::new();
    for kind in table_types(program, division)? {
        tables.table(kind);
    }
    Ok(tables)
}

fn globals(program: &Program<'_>, new: &mut Renumbered) -> Result<GlobalSection> {
    let mut globals = GlobalSection::new();
    for (kind, value) in &program.globals {
        let value = written(new.const_expr(value.clone()))?;
        globals.global(written(new.global_type(*kind))?, &value);
    }
    globals.global(ready(), &ConstExpr::i32_const(0));
    Ok(globals)
}

fn exports(
    program: &Program<'_>,
    division: &Division,
    names: &Names<'_>,
    new: &mut Renumbered,
    added: &Added,
) -> Result<ExportSection> {
    let mut exports = ExportSection::new();
    for export in &program.exports {
        let index = match export.kind {
            wasmparser::ExternalKind::Func => new.of(export.index)?,
            _ => export.index,
        };
        let name = new_name(names.renamed, export.name);
        exports.export(name, written(new.export_kind(export.kind))?, index);
    }
    for (function, name) in division.lent.iter().zip(&names.lent) {
        exports.export(name, ExportKind::Func, new.of(*function)?);
    }
    for (kind, names) in [
        (ExportKind::Memory, &names.memories),
        (ExportKind::Table, &names.tables),
        (ExportKind::Global, &names.globals),
    ] {
        for (index, name) in (0..).zip(names) {
            exports.export(name, kind, index);
        }
    }
    exports.export(READY, ExportKind::Global, added.ready);
    Ok(exports)
}

/// The table as the first part fills it: with its own functions, and with stubs. Slots that it cannot reach stay empty.
fn slots_of_first(
    program: &Program<'_>,
    division: &Division,
    new: &Renumbered,
) -> Result<ElementSection> {
    let behind = behind(program, division);
    let is_there = |(_, function): &(u32, u32)| new.has(*function);
    elements(program.slots().chain(behind).filter(is_there), new)
}

/// The second part's functions, in place of the stubs and in what is empty.
fn slots_of_second(
    program: &Program<'_>,
    division: &Division,
    new: &Renumbered,
) -> Result<ElementSection> {
    let is_second: HashSet<u32> = division.second.iter().copied().collect();
    let is_there = |(_, function): &(u32, u32)| is_second.contains(function);
    let behind = behind(program, division);
    elements(program.slots().chain(behind).filter(is_there), new)
}

/// Returns the slots of stubs that had none before.
fn behind<'d>(
    program: &Program<'_>,
    division: &'d Division,
) -> impl Iterator<Item = (u32, u32)> + 'd {
    let before = program.tables.first().map_or(0, |table| table.initial);
    let slots = division
        .stubs
        .iter()
        .map(|(function, slot)| (*slot, *function));
    slots.filter(move |(slot, _)| u64::from(*slot) >= before)
}

/// Writes functions into their slots, in as few segments as there are gaps.
fn elements(slots: impl Iterator<Item = (u32, u32)>, new: &Renumbered) -> Result<ElementSection> {
    let mut slots: Vec<(u32, u32)> = slots.collect();
    slots.sort_unstable();
    let mut elements = ElementSection::new();
    for run in slots.chunk_by(|(slot, _), (next, _)| slot + 1 == *next) {
        let start = run.first().map_or(0, |(slot, _)| *slot);
        let functions = run.iter().map(|(_, function)| new.of(*function));
        elements.active(
            None,
            &ConstExpr::i32_const(start.cast_signed()),
            Elements::Functions(Cow::Owned(functions.collect::<Result<_>>()?)),
        );
    }
    Ok(elements)
}
