//! A WebAssembly module as the splitter reads it.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use wasmparser::{
    ConstExpr, Data, DataKind, ElementItems, ElementKind, Export, ExternalKind, FuncType,
    FunctionBody, GlobalType, Import, MemoryType, Name, NameSectionReader, Operator, Parser,
    Payload, TableType, TypeRef,
};

/// What wasm-bindgen writes: one memory, an active segment for each part of the table of functions.
#[derive(Default)]
pub(super) struct Program<'a> {
    /// The types of functions, by index.
    pub(super) types: Vec<FuncType>,
    /// Imported functions with their types. Nothing else is imported.
    pub(super) imports: Vec<(Import<'a>, u32)>,
    /// The type of each function that is defined here.
    pub(super) functions: Vec<u32>,
    pub(super) tables: Vec<TableType>,
    pub(super) memories: Vec<MemoryType>,
    /// Each global with its initial value.
    pub(super) globals: Vec<(GlobalType, ConstExpr<'a>)>,
    pub(super) exports: Vec<Export<'a>>,
    /// Functions in the first table: the first slot and the functions from there on.
    pub(super) filled: Vec<(u32, Vec<u32>)>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) data: Option<wasmparser::DataSectionReader<'a>>,
    /// The names of functions, by index.
    pub(super) names: HashMap<u32, &'a str>,
}

impl<'a> Program<'a> {
    /// Reads a module. What the splitter does not know is an error: it would be lost.
    pub(super) fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut program = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            program.take(payload?)?;
        }
        Ok(program)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for kind in section.into_iter_err_on_gc_types() {
                    self.types.push(kind?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(kind) = import.ty else {
                        bail!("{}: only functions can be imported", import.name);
                    };
                    self.imports.push((import, kind));
                }
            }
            Payload::FunctionSection(section) => {
                self.functions = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                self.memories = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    self.globals.push((global.ty, global.init_expr));
                }
            }
            Payload::ExportSection(section) => {
                self.exports = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::ElementSection(section) => {
                for element in section {
                    self.take_element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(section) => self.data = Some(section),
            Payload::CustomSection(section) if section.name() == "name" => {
                let wasmparser::KnownCustom::Name(names) = section.as_known() else {
                    bail!("the names of functions cannot be read");
                };
                self.take_names(names)?;
            }
            Payload::StartSection { .. } => bail!("a start function is not expected"),
            Payload::TagSection(_) => bail!("exceptions are not expected"),
            _ => {}
        }
        Ok(())
    }

    fn take_element(&mut self, element: wasmparser::Element<'a>) -> Result<()> {
        let ElementKind::Active {
            table_index,
            offset_expr,
        } = element.kind
        else {
            bail!("only active segments of functions are expected");
        };
        let ElementItems::Functions(functions) = element.items else {
            bail!("only segments of functions are expected");
        };
        if table_index.unwrap_or(0) != 0 {
            bail!("functions are expected in the first table");
        }
        let start = place(&offset_expr)?;
        let functions = functions.into_iter().collect::<Result<_, _>>()?;
        self.filled.push((start, functions));
        Ok(())
    }

    fn take_names(&mut self, names: NameSectionReader<'a>) -> Result<()> {
        for part in names {
            if let Name::Function(functions) = part? {
                for name in functions {
                    let name = name?;
                    self.names.insert(name.index, name.name);
                }
            }
        }
        Ok(())
    }

    /// Returns how many functions are imported: they have the first indices.
    pub(super) fn imported(&self) -> u32 {
        u32::try_from(self.imports.len()).unwrap_or(u32::MAX)
    }

    /// Returns the indices of the functions that are defined here.
    pub(super) fn defined(&self) -> std::ops::Range<u32> {
        let imported = self.imported();
        imported..imported + u32::try_from(self.functions.len()).unwrap_or(u32::MAX)
    }

    /// Returns the index of a function's type.
    pub(super) fn type_of(&self, function: u32) -> Result<u32> {
        let at = function as usize;
        let kind = match self.imports.get(at) {
            Some((_, kind)) => Some(*kind),
            None => self.functions.get(at - self.imports.len()).copied(),
        };
        kind.with_context(|| format!("there is no function {function}"))
    }

    /// Returns the body of a function that is defined here.
    pub(super) fn body(&self, function: u32) -> Result<&FunctionBody<'a>> {
        let body = self.bodies.get((function - self.imported()) as usize);
        body.with_context(|| format!("function {function} has no body"))
    }

    /// Returns the functions that a function calls by name.
    pub(super) fn calls(&self, function: u32) -> Result<Vec<u32>> {
        let mut calls = Vec::new();
        for operator in self.body(function)?.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.push(function_index);
                }
                Operator::RefFunc { .. } => bail!("ref.func is not expected"),
                _ => {}
            }
        }
        Ok(calls)
    }

    /// Returns each slot of the table that is filled, with its function.
    pub(super) fn slots(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let filled = self.filled.iter();
        filled.flat_map(|(start, functions)| (*start..).zip(functions.iter().copied()))
    }

    /// Returns the exported functions.
    pub(super) fn exported(&self) -> impl Iterator<Item = u32> + '_ {
        let functions = self
            .exports
            .iter()
            .filter(|export| export.kind == ExternalKind::Func);
        functions.map(|export| export.index)
    }
}

/// Returns the place at which a segment begins.
pub(super) fn place(offset: &ConstExpr<'_>) -> Result<u32> {
    let Operator::I32Const { value } = offset.get_operators_reader().read()? else {
        bail!("the place of a segment is not a number");
    };
    Ok(value.cast_unsigned())
}

/// Returns the place at which a segment of data begins in the memory.
pub(super) fn place_of_data(segment: &Data<'_>) -> Result<u32> {
    match &segment.kind {
        DataKind::Active { offset_expr, .. } => place(offset_expr),
        DataKind::Passive => bail!("a passive segment is not expected"),
    }
}
