//! The modules of a divided program.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use anyhow::{Context, Result};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, ImportSection, MemorySection, Module,
    TableSection, ValType, reencode::Reencode,
};

use super::{
    constants,
    division::{Division, Part},
    encode::{Renumbered, types, written},
    program::Program,
    stubs::{Added, awaits, is_here, latest, stands_in},
};

/// The module from which a part imports what earlier parts export, and the one with what fetches a part.
const EARLIER: &str = "earlier";
const PAGE: &str = "page";
/// What fetches the part of a number, and those before it.
const FETCH: &str = "fetch";

/// The global of the first part that says which part came last; while a profile is made, it is the function that was
/// called last.
const LATEST: &str = "latest_part";

/// Other names of what a program imports and exports.
pub type Renamed = BTreeMap<String, String>;

/// Writes the parts of a program. `later` says for each part which constants come after it.
pub(super) fn write(
    program: &Program<'_>,
    division: &Division,
    later: &[Vec<Range<u32>>],
    renamed: &Renamed,
) -> Result<Vec<Vec<u8>>> {
    let data = constants::write(program, later)?;
    let names = Names::new(program, division, renamed);
    let mut slots = HashSet::new();
    let writing = Writing {
        program,
        division,
        names: &names,
    };
    (0..)
        .zip(&division.parts)
        .zip(&data)
        .map(|((number, part), data)| writing.part(number, part, data, &mut slots, |_, _, _| {}))
        .collect()
}

/// Writes a program that tells of each function that is called, before it does anything: the global has the function's
/// index, and the page is asked for a part.
pub(super) fn write_profiled(program: &Program<'_>, division: &Division) -> Result<Vec<u8>> {
    let renamed = Renamed::new();
    let names = Names::new(program, division, &renamed);
    let data = constants::write(program, &[])?;
    let writing = Writing {
        program,
        division,
        names: &names,
    };
    let (part, data) = division
        .parts
        .first()
        .zip(data.first())
        .context("no parts")?;
    let mut slots = HashSet::new();
    writing.part(0, part, data, &mut slots, |added, index, function| {
        let mut code = function.instructions();
        code.i32_const(index.cast_signed())
            .global_set(added.latest)
            .i32_const(0)
            .call(added.fetch);
    })
}

/// The names under which parts export what later ones import, and those that are renamed.
struct Names<'r> {
    renamed: &'r Renamed,
    lent: HashMap<u32, String>,
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
        let lent = division.parts.iter().flat_map(|part| &part.lent).copied();
        Self {
            renamed,
            lent: lent.zip(free.by_ref()).collect(),
            memories: free.by_ref().take(program.memories.len()).collect(),
            tables: free.by_ref().take(program.tables.len()).collect(),
            globals: free.by_ref().take(program.globals.len()).collect(),
        }
    }

    fn lent(&self, function: u32) -> Result<&str> {
        let name = self.lent.get(&function).map(String::as_str);
        name.with_context(|| format!("function {function} is not lent"))
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

/// What is the same for all parts.
struct Writing<'w> {
    program: &'w Program<'w>,
    division: &'w Division,
    names: &'w Names<'w>,
}

impl Writing<'_> {
    /// Writes a part. `slots` are those that earlier parts filled; `before` writes what each function does before its
    /// own instructions.
    fn part(
        &self,
        number: u32,
        part: &Part,
        data: &DataSection,
        slots: &mut HashSet<u32>,
        before: impl Fn(&Added, u32, &mut Function),
    ) -> Result<Vec<u8>> {
        let program = self.program;
        let is_first = number == 0;
        let mut types = types(program)?;
        let kind = u32::try_from(program.types.len())?;
        types.ty().function([ValType::I32], []);
        types.ty().function([], []);
        let added = Added {
            latest: program.globals.len().try_into()?,
            takes_number: kind,
            takes_nothing: kind + 1,
            fetch: u32::try_from(part.imports.len() + part.borrowed.len())?,
        };
        let mut new = Renumbered::default();
        let imports = self.imports(part, &added, is_first, &mut new)?;

        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        let mut next = added.fetch + 1;
        for function in &part.functions {
            new.set(*function, next);
            functions.function(program.type_of(*function)?);
            next += 1;
        }
        let awaited = next;
        functions.function(added.takes_number);
        next += 1;
        for stub in &part.stubs {
            new.set(stub.function, next);
            functions.function(program.type_of(stub.function)?);
            next += 1;
        }
        for function in &part.functions {
            new.body(&mut code, program.body(*function)?, |code| {
                before(&added, *function, code);
            })?;
        }
        code.function(&awaits(&added));
        for stub in &part.stubs {
            code.function(&stands_in(program, *stub, awaited)?);
        }

        let start = next;
        if !is_first {
            functions.function(added.takes_nothing);
            code.function(&is_here(&added, number));
        }

        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        if is_first {
            self.own(&mut module, &mut new)?;
        }
        module.section(&self.exports(part, &added, is_first, &mut new)?);
        if !is_first {
            let function_index = start;
            module.section(&wasm_encoder::StartSection { function_index });
        }
        module.section(&self.slots(part, &new, slots)?);
        module.section(&code).section(data);
        Ok(module.finish())
    }

    /// What a part imports: of the page, and of earlier parts what it calls and what the first has for all.
    fn imports(
        &self,
        part: &Part,
        added: &Added,
        is_first: bool,
        new: &mut Renumbered,
    ) -> Result<ImportSection> {
        let (program, names) = (self.program, self.names);
        let mut imports = ImportSection::new();
        for function in &part.borrowed {
            let kind = EntityType::Function(program.type_of(*function)?);
            imports.import(EARLIER, names.lent(*function)?, kind);
            new.push(*function);
        }
        for function in &part.imports {
            if let Some((import, kind)) = program.imports.get(*function as usize) {
                let name = new_name(names.renamed, import.name);
                imports.import(import.module, name, EntityType::Function(*kind));
            }
            new.push(*function);
        }
        imports.import(PAGE, FETCH, EntityType::Function(added.takes_number));
        if is_first {
            return Ok(imports);
        }
        for (memory, name) in program.memories.iter().zip(&names.memories) {
            imports.import(EARLIER, name, written(new.memory_type(*memory))?);
        }
        for (kind, name) in self.table_types()?.into_iter().zip(&names.tables) {
            imports.import(EARLIER, name, kind);
        }
        for ((kind, _), name) in program.globals.iter().zip(&names.globals) {
            imports.import(EARLIER, name, written(new.global_type(*kind))?);
        }
        imports.import(EARLIER, LATEST, latest());
        Ok(imports)
    }

    /// What the first part has for all: tables, memories and globals.
    fn own(&self, module: &mut Module, new: &mut Renumbered) -> Result<()> {
        let mut tables = TableSection::new();
        for kind in self.table_types()? {
            tables.table(kind);
        }
        let mut memories = MemorySection::new();
        for memory in &self.program.memories {
            memories.memory(written(new.memory_type(*memory))?);
        }
        let mut globals = GlobalSection::new();
        for (kind, value) in &self.program.globals {
            let value = written(new.const_expr(value.clone()))?;
            globals.global(written(new.global_type(*kind))?, &value);
        }
        globals.global(latest(), &ConstExpr::i32_const(0));
        module.section(&tables).section(&memories).section(&globals);
        Ok(())
    }

    fn table_types(&self) -> Result<Vec<wasm_encoder::TableType>> {
        let mut kinds = Vec::new();
        for kind in &self.program.tables {
            kinds.push(written(Renumbered::default().table_type(*kind))?);
        }
        if let Some(functions) = kinds.first_mut() {
            let slots = self.division.slots.into();
            functions.minimum = slots;
            functions.maximum = functions.maximum.map(|_| slots);
        }
        Ok(kinds)
    }

    fn exports(
        &self,
        part: &Part,
        added: &Added,
        is_first: bool,
        new: &mut Renumbered,
    ) -> Result<ExportSection> {
        let names = self.names;
        let mut exports = ExportSection::new();
        for function in &part.lent {
            exports.export(names.lent(*function)?, ExportKind::Func, new.of(*function)?);
        }
        if !is_first {
            return Ok(exports);
        }
        for export in &self.program.exports {
            let index = match export.kind {
                wasmparser::ExternalKind::Func => new.of(export.index)?,
                _ => export.index,
            };
            let name = new_name(names.renamed, export.name);
            exports.export(name, written(new.export_kind(export.kind))?, index);
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
        exports.export(LATEST, ExportKind::Global, added.latest);
        Ok(exports)
    }

    /// The table as a part fills it: with its own functions, and with stubs where it is the first that can reach them.
    fn slots(
        &self,
        part: &Part,
        new: &Renumbered,
        filled: &mut HashSet<u32>,
    ) -> Result<ElementSection> {
        let own: HashSet<u32> = part.functions.iter().copied().collect();
        let stubs: HashSet<u32> = part.stubs.iter().map(|stub| stub.function).collect();
        let before = self.program.slots();
        let mut elements: Vec<(u32, u32)> = before
            .filter(|(slot, function)| {
                let stands_in = stubs.contains(function) || part.imports.contains(function);
                own.contains(function) || (stands_in && !filled.contains(slot))
            })
            .collect();
        filled.extend(elements.iter().map(|(slot, _)| *slot));
        elements.extend(
            self.added_slots()
                .filter(|(_, function)| own.contains(function)),
        );
        elements.sort_unstable();
        elements.dedup();
        written_slots(&elements, new)
    }

    /// The slots that the program did not have: only stubs call what is in them.
    fn added_slots(&self) -> impl Iterator<Item = (u32, u32)> {
        let before = self.program.tables.first().map_or(0, |table| table.initial);
        let stubs = self.division.parts.iter().flat_map(|part| &part.stubs);
        let slots = stubs.map(|stub| (stub.slot, stub.function));
        slots.filter(move |(slot, _)| u64::from(*slot) >= before)
    }
}

/// Writes functions into their slots, which are in order, in as few segments as there are gaps.
fn written_slots(slots: &[(u32, u32)], new: &Renumbered) -> Result<ElementSection> {
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
