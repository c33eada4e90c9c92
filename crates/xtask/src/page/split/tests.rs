use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType,
    NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::Validator;

use super::*;

const FIRST: &str = "_RNvC4main5first";
const SECOND: &str = "_RNvC4main6second";
const THIRD: &str = "_RNvC4main5third";

/// A program of three functions: the first calls the second directly, the third is in the table, and the second calls
/// the first.
fn program() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("page", "log", wasm_encoder::EntityType::Function(0));
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for called in [2, 1, 0] {
        functions.function(0);
        let mut body = Function::new([]);
        body.instructions().local_get(0).call(called).end();
        code.function(&body);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 2,
        maximum: Some(2),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let stack = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(stack, &ConstExpr::i32_const(1024));
    let mut exports = ExportSection::new();
    exports
        .export("memory", ExportKind::Memory, 0)
        .export("start", ExportKind::Func, 1);
    let mut elements = ElementSection::new();
    let third = Elements::Functions(vec![3].into());
    elements.active(None, &ConstExpr::i32_const(1), third);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(16), *b"of the second part");
    let mut map = NameMap::new();
    for (index, name) in (1..).zip([FIRST, SECOND, THIRD]) {
        map.append(index, name);
    }
    let mut names = NameSection::new();
    names.functions(&map);

    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&elements)
        .section(&code)
        .section(&data)
        .section(&names);
    module.finish()
}

fn divided(first: &str) -> (Division, Parts) {
    let wasm = program();
    let program = Program::read(&wasm).unwrap();
    let division = Division::new(&program, |name| name == first).unwrap();
    let later = 16..34;
    let parts = parts::write(&program, &division, &[later]).unwrap();
    (division, parts)
}

#[test]
fn both_parts_are_valid_and_one_stands_in_for_the_other() {
    let (division, parts) = divided(FIRST);
    assert_eq!((division.first, division.second), (vec![1], vec![2, 3]));
    // The second has a slot of its own, the third the one that it had.
    assert_eq!(division.stubs, [(3, 1), (2, 2)]);
    assert_eq!((division.slots, division.lent), (3, vec![1]));
    for part in [&parts.first, &parts.second] {
        Validator::new().validate_all(part).unwrap();
    }
    let has = |wasm: &[u8]| wasm.windows(15).any(|bytes| bytes == b"the second part");
    assert!(!has(&parts.first) && has(&parts.second));
}

#[test]
fn whatever_is_in_the_list_both_parts_are_valid() {
    for first in [FIRST, SECOND, THIRD, "none of them"] {
        let (_, parts) = divided(first);
        for part in [&parts.first, &parts.second] {
            Validator::new().validate_all(part).unwrap();
        }
    }
}

#[test]
fn a_program_that_is_profiled_is_valid_and_whole() {
    let wasm = profiled(&program()).unwrap();
    Validator::new().validate_all(&wasm).unwrap();
    let program = Program::read(&wasm).unwrap();
    assert_eq!(program.slots.first().map(|(slot, _)| *slot), Some(1));
}

#[test]
fn what_the_splitter_does_not_know_is_an_error() {
    let mut module = Module::new();
    module.section(&wasm_encoder::StartSection { function_index: 0 });
    assert!(Program::read(&module.finish()).is_err());
    assert!(Program::read(b"no module").is_err());
}
