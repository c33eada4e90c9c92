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

fn divided(first: &str, is_reached: fn(u32) -> bool) -> (Division, Parts) {
    let wasm = program();
    let program = Program::read(&wasm).unwrap();
    let halves = halves(&program, |name| name == first, 0).unwrap();
    let division = Division::new(&program, halves, is_reached).unwrap();
    let later = 16..34;
    let renamed = [("log", "a"), ("start", "b")].map(|(old, new)| (old.to_owned(), new.to_owned()));
    let renamed = renamed.into();
    let parts = parts::write(&program, &division, &[later], &renamed).unwrap();
    (division, parts)
}

#[test]
fn both_parts_are_valid_and_one_stands_in_for_the_other() {
    let (division, parts) = divided(FIRST, |_| true);
    assert_eq!((division.first, division.second), (vec![1], vec![2, 3]));
    // The second has a slot of its own, the third the one that it had.
    assert_eq!(division.stubs, [(3, 1), (2, 2)]);
    assert_eq!((division.slots, division.lent), (3, vec![1]));
    for part in [&parts.first, &parts.second] {
        Validator::new().validate_all(part).unwrap();
    }
    let exports = Program::read(&parts.first).unwrap().exports;
    assert!(exports.iter().any(|export| export.name == "b"));
    let imports = Parser::new(0).parse_all(&parts.second);
    let imports = imports.filter_map(|payload| match payload.unwrap() {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    let mut imports =
        imports.flat_map(|imports| imports.into_imports().map(|import| import.unwrap().name));
    assert!(imports.any(|name| name == "a"));
    let has = |wasm: &[u8]| wasm.windows(15).any(|bytes| bytes == b"the second part");
    assert!(!has(&parts.first) && has(&parts.second));
}

#[test]
fn whatever_is_in_the_list_both_parts_are_valid() {
    for first in [FIRST, SECOND, THIRD, "none of them"] {
        for is_reached in [|_| true, |_| false] {
            let (_, parts) = divided(first, is_reached);
            for part in [&parts.first, &parts.second] {
                Validator::new().validate_all(part).unwrap();
            }
        }
    }
}

#[test]
fn a_slot_that_the_first_part_cannot_reach_is_filled_by_the_second() {
    let (division, parts) = divided(FIRST, |_| false);
    assert_eq!(division.stubs, [(2, 2)]);
    let slots = |wasm: &[u8]| -> Vec<u32> {
        let program = Program::read(wasm).unwrap();
        program.slots().map(|(slot, _)| slot).collect()
    };
    assert_eq!(slots(&parts.first), [2]);
    let mut second = Vec::new();
    for payload in Parser::new(0).parse_all(&parts.second) {
        if let Payload::ElementSection(elements) = payload.unwrap() {
            second.extend(elements.into_iter().map(|element| element.unwrap().range));
        }
    }
    // One segment for the slots 1 and 2.
    assert_eq!(second.len(), 1);
}

#[test]
fn what_is_small_and_called_by_name_is_in_the_first_part() {
    let wasm = program();
    let program = Program::read(&wasm).unwrap();
    let halves = |small| halves(&program, |name| name == FIRST, small).unwrap();
    let length = program.body(2).unwrap().as_bytes().len();
    assert_eq!(halves(length - 1), (vec![1], vec![2, 3]));
    // Nobody calls the third by its name.
    assert_eq!(halves(length), (vec![1, 2], vec![3]));
}

#[test]
fn a_program_that_is_profiled_is_valid_and_whole() {
    let wasm = profiled(&program()).unwrap();
    Validator::new().validate_all(&wasm).unwrap();
    let program = Program::read(&wasm).unwrap();
    assert_eq!(program.slots().next().map(|(slot, _)| slot), Some(1));
}

#[test]
fn what_the_splitter_does_not_know_is_an_error() {
    let mut module = Module::new();
    module.section(&wasm_encoder::StartSection { function_index: 0 });
    assert!(Program::read(&module.finish()).is_err());
    assert!(Program::read(b"no module").is_err());
}
